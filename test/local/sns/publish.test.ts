import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, onTestFinished, test } from 'vitest';
import type { ResourceType } from '../../../local/cloudformation/resource-type.ts';
import { startEndpoint } from '../../../local/endpoint/start-endpoint.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import type { Principal } from '../../../local/iam/principal.ts';
import { keyResource } from '../../../local/kms/key-resource.ts';
import { Keys } from '../../../local/kms/keys.ts';
import { FileLogSink } from '../../../local/logs/file-log-sink.ts';
import { openSns } from '../../../local/sns/open-sns.ts';
import { openSqs } from '../../../local/sqs/open-sqs.ts';
import { account, allow, arnOf, region, role } from '../sqs/start-sqs.ts';

const topicArn = `arn:aws:sns:${region}:${account}:alerts`;

/** SNS and SQS behind an endpoint, and a topic `alerts`. */
async function startSns(topic: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sns-'));
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const credentials = await CredentialStore.open(folder, account);
  const keys = new Keys(region, account);
  const logs = new FileLogSink(join(folder, 'logs'));
  let url = '';
  const sqs = openSqs({ dataDir: folder, region, account, keys, endpoint: () => url });
  const sns = openSns({
    region,
    account,
    keys,
    logs,
    queueOf: (principal, arn) => sqs.queueOf(principal, arn),
    log,
    now: () => new Date('2026-11-22T08:00:00Z'),
  });
  const unused = async () => {
    throw new Error('not part of this test');
  };
  const services = [sqs.service, sns.service];
  const endpoint = await startEndpoint({ region, credentials, services, s3: unused, executeApi: unused, log });
  url = endpoint.url;
  const closers: (() => void)[] = [];
  const clientOf = <Client extends SNSClient | SQSClient>(
    kind: new (options: ConstructorParameters<typeof SNSClient>[0] & object) => Client,
    principal?: Principal,
  ): Client => {
    const issued = principal ? credentials.issue(principal) : credentials.operator;
    const client = new kind({ region, endpoint: url, credentials: issued, maxAttempts: 1 });
    closers.push(() => client.destroy());
    return client;
  };
  onTestFinished(async () => {
    sqs.endPolls();
    for (const close of closers) close();
    await endpoint.stop();
    sqs.stop();
    logs.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const types: readonly ResourceType[] = [...sqs.resourceTypes, ...sns.resourceTypes, keyResource(keys)];
  const declare = (typeName: string, name: string, properties: object) => {
    const type = types.find((each) => each.type === typeName);
    if (type === undefined) throw new Error(`no resource type ${typeName}`);
    const declared = { stack: 'stack', logicalId: name, physicalId: name, region, account };
    return type.create({ ...declared, properties: type.properties.parse(properties) });
  };
  const key = await declare('AWS::KMS::Key', 'key', {});
  const keyed = 'KmsMasterKeyId' in topic ? { KmsMasterKeyId: key.ref } : {};
  await declare('AWS::SNS::Topic', 'alerts', { ...topic, ...keyed });
  const operator = clientOf(SQSClient);
  return {
    lines,
    declare,
    keyArn: key.attributes['Arn'] ?? '',
    publisher: (...policies: Parameters<typeof role>) => clientOf(SNSClient, role(...policies)),
    operator: clientOf(SNSClient),
    /** A queue that SNS may send to for a topic. */
    queue: async (name: string, fromTopic = topicArn) => {
      const { ref } = await declare('AWS::SQS::Queue', name, {});
      await declare('AWS::SQS::QueuePolicy', `${name}-policy`, {
        Queues: [ref],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: { Service: 'sns.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: arnOf(name),
            Condition: { ArnEquals: { 'aws:SourceArn': fromTopic } },
          },
        },
      });
      return {
        bodies: async () =>
          (
            (await operator.send(new ReceiveMessageCommand({ QueueUrl: ref, MaxNumberOfMessages: 10 }))).Messages ?? []
          ).map(({ Body }) => Body ?? ''),
      };
    },
    /** The mail that would have been sent. */
    mail: () => {
      logs.close();
      return readFileSync(join(folder, 'logs', 'sns-alerts.log'), 'utf8');
    },
  };
}

const publish = (client: SNSClient, change: object = {}) =>
  client.send(new PublishCommand({ TopicArn: topicArn, Subject: '80 %', Message: 'müde & <satt>', ...change }));

test('a message reaches queues, in its envelope or raw, and the mailbox, by the time it is answered', async () => {
  const { declare, queue, operator, mail } = await startSns();
  const [wrapped, raw] = [await queue('wrapped'), await queue('raw')];
  const subscribe = (name: string, Protocol: string, Endpoint: string, more: object = {}) =>
    declare('AWS::SNS::Subscription', name, { TopicArn: topicArn, Protocol, Endpoint, ...more });
  await subscribe('a', 'sqs', arnOf('wrapped'));
  await subscribe('b', 'sqs', arnOf('raw'), { RawMessageDelivery: true });
  await subscribe('c', 'email', 'finance@example.com');
  const { MessageId } = await publish(operator);
  expect((await wrapped.bodies()).map((body) => JSON.parse(body) as unknown)).toEqual([
    {
      Type: 'Notification',
      MessageId,
      TopicArn: topicArn,
      Subject: '80 %',
      Message: 'müde & <satt>',
      Timestamp: '2026-11-22T08:00:00.000Z',
    },
  ]);
  expect(await raw.bodies()).toEqual(['müde & <satt>']);
  expect(JSON.parse(mail())).toEqual({
    at: '2026-11-22T08:00:00.000Z',
    to: 'finance@example.com',
    subject: '80 %',
    message: 'müde & <satt>',
  });
});

test('a queue that does not let the topic send gets nothing, and the others do', async () => {
  const { declare, queue, operator, lines } = await startSns();
  const [closed, open] = [await queue('closed', `${topicArn}-of-others`), await queue('open')];
  for (const name of ['closed', 'open']) {
    await declare('AWS::SNS::Subscription', name, { TopicArn: topicArn, Protocol: 'sqs', Endpoint: arnOf(name) });
  }
  await publish(operator);
  expect([await closed.bodies(), await open.bodies()]).toEqual([[], [expect.stringContaining('satt')]]);
  expect(lines).toEqual([expect.stringContaining('not authorized to perform: sqs:SendMessage')]);
});

test('only who may publish does, and under a KMS key only who may use that too', async () => {
  const { publisher, keyArn } = await startSns({ KmsMasterKeyId: 'key' });
  const may = allow('sns:Publish', topicArn);
  await expect(publish(publisher(allow('sns:Publish', `${topicArn}-2`)))).rejects.toMatchObject({
    name: 'AuthorizationErrorException',
    $metadata: { httpStatusCode: 403 },
  });
  await expect(publish(publisher(may))).rejects.toMatchObject({ name: 'KMSAccessDeniedException' });
  const keyed = publisher(may, allow(['kms:GenerateDataKey', 'kms:Decrypt'], keyArn));
  expect((await publish(keyed)).MessageId).toMatch(/^[0-9a-f-]{36}$/);
});

test("a topic's policy lets in and keeps out", async () => {
  const { declare, publisher } = await startSns();
  const Resource = topicArn;
  await declare('AWS::SNS::TopicPolicy', 'policy', {
    Topics: [topicArn],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${account}:role/worker` },
          Action: 'sns:Publish',
          Resource,
        },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'sns:Publish',
          Resource,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  });
  expect((await publish(publisher())).MessageId).toBeDefined();
});

test.each([
  { case: 'an unknown topic', change: { TopicArn: `${topicArn}-2` }, name: 'NotFoundException' },
  { case: 'no message', change: { Message: '' }, name: 'InvalidParameterException' },
  { case: 'a long message', change: { Message: 'x'.repeat(262_145) }, name: 'InvalidParameterException' },
  { case: 'a subject of two lines', change: { Subject: 'a\nb' }, name: 'InvalidParameterException' },
  { case: 'a long subject', change: { Subject: 'a'.repeat(101) }, name: 'InvalidParameterException' },
])('$case is refused', async ({ change, name }) => {
  const { operator } = await startSns();
  await expect(publish(operator, change)).rejects.toMatchObject({ name });
});

test('what is not there says so', async () => {
  const { operator, declare } = await startSns();
  const batch = new PublishBatchCommand({
    TopicArn: topicArn,
    PublishBatchRequestEntries: [{ Id: 'a', Message: 'x' }],
  });
  await expect(operator.send(batch)).rejects.toMatchObject({ name: 'NotImplemented' });
  await expect(publish(operator, { MessageStructure: 'json' })).rejects.toMatchObject({ name: 'NotImplemented' });
  expect(() =>
    declare('AWS::SNS::Subscription', 'a', { TopicArn: topicArn, Protocol: 'sms', Endpoint: '+49' }),
  ).toThrow('only email and sqs');
  expect(() => declare('AWS::SNS::Topic', 'b', { FifoTopic: true })).toThrow('FIFO topics are not part');
});
