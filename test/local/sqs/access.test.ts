import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { keyResource } from '../../../local/kms/key-resource.ts';
import { account, allow, arnOf, region, role, startSqs } from './start-sqs.ts';

const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } };

test('each action needs leave of its own, and batches that of what they are many of', async () => {
  const { clientOf, queue } = await startSqs();
  const QueueUrl = await queue('jobs');
  const producer = clientOf(role(allow('sqs:SendMessage', arnOf('jobs'))));
  const consumer = clientOf(role(allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage'], arnOf('jobs'))));
  await producer.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', MessageBody: 'x' }] }));
  await expect(producer.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject(denied);
  const [message] = (await consumer.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? [];
  await consumer.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
  await expect(consumer.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))).rejects.toThrow(
    `not authorized to perform: sqs:SendMessage on resource: ${arnOf('jobs')} because no identity-based policy allows`,
  );
  await expect(consumer.send(new GetQueueAttributesCommand({ QueueUrl }))).rejects.toMatchObject(denied);
  await expect(consumer.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf('jobs') }))).rejects.toMatchObject(
    denied,
  );
});

test("a queue's policy lets in and keeps out", async () => {
  const { clientOf, queue, declare } = await startSqs();
  const QueueUrl = await queue('jobs');
  const policy = (Effect: string, Action: string) => ({
    Effect,
    Action,
    Principal: { AWS: `arn:aws:iam::${account}:role/worker` },
    Resource: arnOf('jobs'),
  });
  await declare('AWS::SQS::QueuePolicy', 'policy', {
    Queues: [QueueUrl],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        policy('Allow', 'sqs:SendMessage'),
        policy('Deny', 'sqs:ReceiveMessage'),
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  });
  const worker = clientOf(role(allow('sqs:ReceiveMessage', '*')));
  await worker.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await expect(worker.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toThrow('explicit deny in a resource');
});

test('a queue under a KMS key asks for the right to use it', async () => {
  const { clientOf, queue, keys } = await startSqs();
  const key = await keyResource(keys).create({
    stack: 's',
    logicalId: 'Key',
    physicalId: 'key',
    region,
    account,
    properties: {},
  });
  const QueueUrl = await queue('jobs', { KmsMasterKeyId: key.ref });
  const everything = allow('sqs:*', '*');
  const send = (...actions: string[]) =>
    clientOf(role(everything, allow(actions, key.attributes['Arn'] ?? ''))).send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'x' }),
    );
  await expect(send('kms:Decrypt')).rejects.toMatchObject({
    name: 'KmsAccessDenied',
    Code: 'KMS.AccessDeniedException',
    message: expect.stringContaining('kms:GenerateDataKey') as string,
  });
  await send('kms:GenerateDataKey', 'kms:Decrypt');
  const consumer = clientOf(role(everything));
  await expect(consumer.send(new ReceiveMessageCommand({ QueueUrl }))).rejects.toMatchObject({
    name: 'KmsAccessDenied',
  });
  await queue('other', { KmsMasterKeyId: 'alias/aws/sqs' });
  await expect(queue('third', { KmsMasterKeyId: 'alias/none' })).rejects.toThrow('does not exist');
});
