import {
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { account, arnOf, startSqs } from './start-sqs.ts';

const mebibyte = 1024 * 1024;
const entries = (count: number, MessageBody = 'x') =>
  Array.from({ length: count }, (_, n) => ({ Id: `id-${n}`, MessageBody }));

test('queues that are not there, and addresses that are none, are told apart', async () => {
  const { operator, url } = await startSqs();
  const send = (QueueUrl: string) => operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await expect(send(`${url}/${account}/none`)).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    Code: 'AWS.SimpleQueueService.NonExistentQueue',
  });
  await expect(send(`${url}/999999999999/none`)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  await expect(send('jobs')).rejects.toMatchObject({ name: 'InvalidAddress' });
});

test('a message may have a mebibyte, its attributes counted, and not a byte more', async () => {
  const { operator, queue } = await startSqs();
  const QueueUrl = await queue('jobs');
  const MessageAttributes = { name: { DataType: 'String', StringValue: 'value' } };
  const attributeBytes = 'name'.length + 'String'.length + 'value'.length;
  const send = (sizeBytes: number) =>
    operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(sizeBytes), MessageAttributes }));
  await send(mebibyte - attributeBytes);
  await expect(send(mebibyte - attributeBytes + 1)).rejects.toThrow('Message must be shorter than 1048576 bytes');
  const small = await queue('small', { MaximumMessageSize: 1024 });
  await expect(
    operator.send(new SendMessageCommand({ QueueUrl: small, MessageBody: 'ä'.repeat(513) })),
  ).rejects.toThrow('shorter than 1024 bytes');
});

test.each([
  ['none', [], 'EmptyBatchRequest'],
  ['eleven', entries(11), 'TooManyEntriesInBatchRequest'],
  ['two of one id', [...entries(1), ...entries(1)], 'BatchEntryIdsNotDistinct'],
  ['an id with a space', [{ Id: 'a b', MessageBody: 'x' }], 'InvalidBatchEntryId'],
  ['two of six hundred kilobytes', entries(2, 'x'.repeat(600_000)), 'BatchRequestTooLong'],
])('a batch of %s is refused as a whole', async (_, Entries, name) => {
  const { operator, queue } = await startSqs();
  const QueueUrl = await queue('jobs');
  await expect(operator.send(new SendMessageBatchCommand({ QueueUrl, Entries }))).rejects.toMatchObject({ name });
  expect((await operator.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toBeUndefined();
});

test('one bad entry does not keep the others of a batch from succeeding', async () => {
  const { operator, queue } = await startSqs();
  const QueueUrl = await queue('jobs');
  const [good, bad] = entries(2);
  const sent = await operator.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: [good, { ...bad, DelaySeconds: 901 }].map((entry) => ({ Id: '', MessageBody: '', ...entry })),
    }),
  );
  expect(sent.Successful).toMatchObject([{ Id: 'id-0' }]);
  expect(sent.Failed).toMatchObject([{ Id: 'id-1', SenderFault: true, Code: 'InvalidParameterValue' }]);
  const [message] = (await operator.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? [];
  const deleted = await operator.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'a', ReceiptHandle: message?.ReceiptHandle },
        { Id: 'b', ReceiptHandle: 'nonsense' },
      ],
    }),
  );
  expect(deleted.Successful).toEqual([{ Id: 'a' }]);
  expect(deleted.Failed).toMatchObject([{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }]);
});

test('a receipt handle is good for its own queue only', async () => {
  const { operator, queue } = await startSqs();
  const [one, other] = [await queue('one'), await queue('other')];
  await operator.send(new SendMessageCommand({ QueueUrl: one, MessageBody: 'x' }));
  const [message] = (await operator.send(new ReceiveMessageCommand({ QueueUrl: one }))).Messages ?? [];
  for (const [QueueUrl, ReceiptHandle] of [
    [other, message?.ReceiptHandle],
    [one, 'nonsense'],
    [one, Buffer.from(`1/${'0'.repeat(36)}/${'0'.repeat(22)}`).toString('base64')],
  ]) {
    await expect(operator.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))).rejects.toMatchObject({
      name: 'ReceiptHandleIsInvalid',
    });
  }
});

test.each([
  ['eleven messages', { MaxNumberOfMessages: 11 }, 'Must be between 1 and 10'],
  ['half a second', { WaitTimeSeconds: 0.5 }, 'Must be between 0 and 20'],
  ['more than twelve hours', { VisibilityTimeout: 43_201 }, 'Must be between 0 and 43200'],
])('a receive of %s is refused', async (_, input, message) => {
  const { operator, queue } = await startSqs();
  const QueueUrl = await queue('jobs');
  await expect(operator.send(new ReceiveMessageCommand({ QueueUrl, ...input }))).rejects.toThrow(message);
});

test.each([
  ['a name of AWS', { 'AWS.x': { DataType: 'String', StringValue: 'x' } }],
  ['two points in a row', { 'a..b': { DataType: 'String', StringValue: 'x' } }],
  ['an unknown type', { a: { DataType: 'Text', StringValue: 'x' } }],
  ['no value', { a: { DataType: 'String' } }],
  ['a number that is none', { a: { DataType: 'Number', StringValue: 'seven' } }],
  [
    'ten others',
    Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`n${n}`, { DataType: 'String', StringValue: 'x' }])),
  ],
])('an attribute with %s is refused', async (_, MessageAttributes) => {
  const { operator, queue } = await startSqs();
  const QueueUrl = await queue('jobs');
  const send = operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes }));
  await expect(send).rejects.toMatchObject({ name: 'InvalidParameterValue', $metadata: { httpStatusCode: 400 } });
});

test('what FIFO queues have is refused, in templates and in calls', async () => {
  const { operator, queue } = await startSqs();
  await expect(queue('jobs', { FifoQueue: true })).rejects.toThrow('FIFO queues are not part of the local cloud');
  await expect(queue('jobs', { QueueName: 'jobs.fifo' })).rejects.toThrow('not a name');
  const QueueUrl = await queue('jobs');
  const send = (more: object) => operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', ...more }));
  await expect(send({ MessageDeduplicationId: 'a' })).rejects.toThrow('not valid for this queue type');
  await expect(send({ MessageGroupId: 'a b' })).rejects.toThrow('MessageGroupId');
});

test('a receive that is refused takes nothing', async () => {
  const { operator, queue } = await startSqs();
  const QueueUrl = await queue('jobs');
  await operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  const wrong = new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['constructor' as 'All'] });
  await expect(operator.send(wrong)).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  expect((await operator.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toHaveLength(1);
});

test('an unknown attribute and an unknown operation are named', async () => {
  const { operator, queue } = await startSqs();
  const QueueUrl = await queue('jobs');
  const attributes = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['constructor' as 'All'] });
  await expect(operator.send(attributes)).rejects.toMatchObject({ name: 'InvalidAttributeName' });
  await expect(operator.send(new ListQueuesCommand({}))).rejects.toMatchObject({
    name: 'NotImplemented',
    message: expect.stringContaining('AmazonSQS.ListQueues') as string,
  });
  const { Attributes } = await operator.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  expect(Attributes).toEqual({ QueueArn: arnOf('jobs') });
});
