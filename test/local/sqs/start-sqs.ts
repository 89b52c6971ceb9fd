import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';
import { startEndpoint } from '../../../local/endpoint/start-endpoint.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import type { PolicyDocument, Principal } from '../../../local/iam/principal.ts';
import { Keys } from '../../../local/kms/keys.ts';
import { openSqs } from '../../../local/sqs/open-sqs.ts';

export const region = 'eu-central-1';
export const account = '123456789012';

export const arnOf = (queue: string): string => `arn:aws:sqs:${region}:${account}:${queue}`;

export const allow = (Action: string | string[], Resource: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action, Resource },
});

/** A session of a role with these policies. */
export const role = (...policies: PolicyDocument[]): Principal => ({
  arn: `arn:aws:sts::${account}:assumed-role/worker/session`,
  account,
  roleArn: `arn:aws:iam::${account}:role/worker`,
  policies,
});

/** SQS behind an endpoint, stopped when the test has ended; its clock goes on by itself and by `clock.ms`. */
export async function startSqs(dataDir?: string) {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'sqs-'));
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const credentials = await CredentialStore.open(folder, account);
  const keys = new Keys(region, account);
  const clock = { ms: 0 };
  let url = '';
  const sqs = openSqs({
    dataDir: folder,
    region,
    account,
    keys,
    endpoint: () => url,
    now: () => Date.now() + clock.ms,
  });
  const unused = async () => {
    throw new Error('not part of this test');
  };
  const services = [sqs.service];
  const endpoint = await startEndpoint({ region, credentials, services, s3: unused, executeApi: unused, log });
  url = endpoint.url;
  const clients: SQSClient[] = [];
  const clientOf = (principal?: Principal): SQSClient => {
    const issued = principal ? credentials.issue(principal) : credentials.operator;
    const client = new SQSClient({ region, endpoint: url, credentials: issued, maxAttempts: 1 });
    clients.push(client);
    return client;
  };
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    sqs.endPolls();
    for (const client of clients) client.destroy();
    await endpoint.stop();
    sqs.stop();
  };
  onTestFinished(async () => {
    await stop();
    if (dataDir === undefined) rmSync(folder, { recursive: true, force: true });
  });
  const declare = (typeName: string, name: string, properties: object) => {
    const type = sqs.resourceTypes.find((each) => each.type === typeName);
    if (type === undefined) throw new Error(`no resource type ${typeName}`);
    const declared = { stack: 'stack', logicalId: name, physicalId: name, region, account };
    return type.create({ ...declared, properties: type.properties.parse(properties) });
  };
  return {
    sqs,
    keys,
    clock,
    lines,
    url,
    operator: clientOf(),
    clientOf,
    /** Declares a queue the way a template does. Returns its URL. */
    queue: async (name: string, properties: object = {}) => (await declare('AWS::SQS::Queue', name, properties)).ref,
    declare,
    stop,
  };
}
