import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { PolicyDocument, Principal } from '../../../local/iam/principal.ts';
import { Keys } from '../../../local/kms/keys.ts';
import { openSqs } from '../../../local/sqs/open-sqs.ts';
import { account, Deployed, region } from './deployed.ts';

export const queueArn = (name: string): string => `arn:aws:sqs:${region}:${account}:${name}`;

const everything: PolicyDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'sqs:*', Resource: '*' },
};

export interface SqsEventRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * A function behind a queue `jobs` whose dead letters go to `dead` after two receives. What it is given is read with `events`.
 * @param act what the handler does with `event`, after it has noted it
 * @param options.visibilitySeconds the queue's, and the time-out of the function: short where messages are to come back
 */
export async function mapped(
  act: string,
  { policy = everything, visibilitySeconds = 20 }: { policy?: PolicyDocument; visibilitySeconds?: number } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'mapped-'));
  const sqs = openSqs({
    dataDir: folder,
    region,
    account,
    keys: new Keys(region, account),
    endpoint: () => 'http://127.0.0.1:1',
  });
  const principal = (roleArn: string): Principal => ({
    arn: `arn:aws:sts::${account}:assumed-role/${roleArn.split('/').at(-1)}/s`,
    account,
    roleArn,
    policies: [policy],
  });
  const lines: string[] = [];
  const deployed = await Deployed.start({
    queueOf: (roleArn, _, arn) => sqs.queueOf(principal(roleArn), arn),
    report: (line) => lines.push(line),
  });
  onTestFinished(async () => {
    await deployed.lambda.endPolling();
    await deployed.lambda.stop();
    sqs.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const queue = async (name: string, more: object) => {
    const type = sqs.resourceTypes.find((each) => each.type === 'AWS::SQS::Queue');
    const declared = { stack: 's', logicalId: name, physicalId: name, region, account };
    await type?.create({ ...declared, properties: type.properties.parse(more) });
  };
  await queue('dead', {});
  const RedrivePolicy = { deadLetterTargetArn: queueArn('dead'), maxReceiveCount: 2 };
  await queue('jobs', { VisibilityTimeout: visibilitySeconds, RedrivePolicy });
  const noted = join(folder, 'events');
  await deployed.function(
    `exports.handler = async (event) => {
       require('node:fs').appendFileSync(process.env.NOTED, JSON.stringify(event) + '\\n');
       ${act}
     }`,
    { Timeout: Math.max(1, visibilitySeconds), Environment: { Variables: { NOTED: noted } } },
    'worker',
  );
  const map = (more: object = {}) =>
    deployed.create('AWS::Lambda::EventSourceMapping', 'mapping', {
      EventSourceArn: queueArn('jobs'),
      FunctionName: 'worker',
      ...more,
    });
  const jobs = sqs.queueOf({ ...principal('arn:aws:iam::1:role/r'), policies: [everything] }, queueArn('jobs'));
  const dead = sqs.queueOf({ ...principal('arn:aws:iam::1:role/r'), policies: [everything] }, queueArn('dead'));
  return {
    deployed,
    sqs,
    lines,
    map,
    jobs,
    dead,
    /** Every event so far, as the records in it. */
    events: (): SqsEventRecord[][] =>
      existsSync(noted)
        ? readFileSync(noted, 'utf8')
            .trim()
            .split('\n')
            .map((line) => (JSON.parse(line) as { Records: SqsEventRecord[] }).Records)
        : [],
    /** How many messages the queue has, whether visible or not. */
    left: async () => {
      const attributes = await jobs.attributes();
      return (
        Number(attributes['ApproximateNumberOfMessages']) + Number(attributes['ApproximateNumberOfMessagesNotVisible'])
      );
    },
  };
}
