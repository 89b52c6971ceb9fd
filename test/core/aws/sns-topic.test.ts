import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SnsTopic } from '../../../core/aws/sns-topic.ts';
import { startEndpoint } from '../../../local/endpoint/start-endpoint.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import { Keys } from '../../../local/kms/keys.ts';
import { openSns } from '../../../local/sns/open-sns.ts';
import { account, region } from '../../local/sqs/start-sqs.ts';

/** A topic with a mailbox, behind an endpoint. */
async function started() {
  const folder = mkdtempSync(join(tmpdir(), 'sns-'));
  const credentials = await CredentialStore.open(folder, account);
  const mails: unknown[] = [];
  const sns = openSns({
    region,
    account,
    keys: new Keys(region, account),
    logs: { write: (_, line) => void mails.push(JSON.parse(line)) },
    queueOf: () => {
      throw new Error('there are no queues');
    },
    log: () => undefined,
  });
  const unused = async () => {
    throw new Error('not part of this test');
  };
  const log = () => undefined;
  const services = [sns.service];
  const endpoint = await startEndpoint({ region, credentials, services, s3: unused, executeApi: unused, log });
  onTestFinished(async () => {
    await endpoint.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const declare = (typeName: string, properties: object) => {
    const type = sns.resourceTypes.find((each) => each.type === typeName);
    if (type === undefined) throw new Error(`no resource type ${typeName}`);
    const declared = { stack: 's', logicalId: 'a', physicalId: 'alerts', region, account };
    return type.create({ ...declared, properties: type.properties.parse(properties) });
  };
  const { ref } = await declare('AWS::SNS::Topic', {});
  await declare('AWS::SNS::Subscription', { TopicArn: ref, Protocol: 'email', Endpoint: 'a@example.com' });
  const access = { region, endpoint: endpoint.url, credentials: credentials.operator, random: () => 0 };
  return { mails, topic: (arn = ref) => new SnsTopic(access, arn) };
}

test('what is published arrives as it was written, whatever characters it has', async () => {
  const { mails, topic } = await started();
  await topic().publish('50 % & more', 'größer+als 50 %\n{"a":"=&"}');
  expect(mails).toMatchObject([{ subject: '50 % & more', message: 'größer+als 50 %\n{"a":"=&"}' }]);
});

test('a refusal carries the code and the words of SNS', async () => {
  const { topic } = await started();
  await expect(topic('arn:aws:sns:eu-central-1:123456789012:other').publish('a', 'b')).rejects.toMatchObject({
    name: 'NotFound',
    status: 404,
    message: 'SNS answered 404 NotFound: Topic does not exist',
  });
});
