import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { account, startSqs } from './start-sqs.ts';

const hour = 60 * 60 * 1000;

const receive = async (client: SQSClient, QueueUrl: string, more: Partial<ReceiveMessageCommandInput> = {}) =>
  (await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];

const countsOf = async (client: SQSClient, QueueUrl: string) => {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  return (['', 'NotVisible', 'Delayed'] as const).map((state) =>
    Number(Attributes?.[`ApproximateNumberOfMessages${state}`]),
  );
};

test('a message is received as it was sent, with all that is known of it', async () => {
  const { operator, queue } = await startSqs();
  const QueueUrl = await queue('jobs');
  const sent = await operator.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: 'größer als 1 €',
      MessageGroupId: 'group-a',
      MessageAttributes: {
        Kind: { DataType: 'String', StringValue: 'greeting' },
        Bytes: { DataType: 'Binary.raw', BinaryValue: Uint8Array.of(0, 255) },
        'Count.x': { DataType: 'Number', StringValue: '7' },
      },
      MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1-5759e988-bd862e3f' } },
    }),
  );
  // Computed by the algorithm of the developer guide, written out.
  const part = (text: string | Uint8Array) => {
    const bytes = Buffer.from(text as string);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const digest = createHash('md5')
    .update(Buffer.concat([part('Bytes'), part('Binary.raw'), Buffer.of(2), part(Uint8Array.of(0, 255))]))
    .update(Buffer.concat([part('Count.x'), part('Number'), Buffer.of(1), part('7')]))
    .update(Buffer.concat([part('Kind'), part('String'), Buffer.of(1), part('greeting')]))
    .digest('hex');
  expect(sent.MD5OfMessageAttributes).toBe(digest);

  const [message] = await receive(operator, QueueUrl, {
    MessageSystemAttributeNames: ['All'],
    MessageAttributeNames: ['All'],
  });
  expect(message).toMatchObject({
    MessageId: sent.MessageId,
    Body: 'größer als 1 €',
    MD5OfBody: createHash('md5').update('größer als 1 €').digest('hex'),
    MD5OfMessageAttributes: digest,
    MessageAttributes: { Kind: { DataType: 'String', StringValue: 'greeting' } },
    Attributes: {
      ApproximateReceiveCount: '1',
      MessageGroupId: 'group-a',
      AWSTraceHeader: 'Root=1-5759e988-bd862e3f',
      SenderId: expect.stringMatching(/^AIDA/) as string,
      SentTimestamp: expect.stringMatching(/^\d{13}$/) as string,
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/) as string,
    },
  });
  expect(message?.MessageAttributes?.['Bytes']?.BinaryValue).toEqual(Uint8Array.of(0, 255));
});

test('only the attributes that are asked for are handed out', async () => {
  const { operator, queue } = await startSqs();
  const QueueUrl = await queue('jobs', { VisibilityTimeout: 0 });
  const text = (StringValue: string) => ({ DataType: 'String', StringValue });
  const MessageAttributes = { 'a.one': text('1'), 'a.two': text('2'), b: text('3') };
  await operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes }));
  const namesFor = async (...MessageAttributeNames: string[]) => {
    const [message] = await receive(operator, QueueUrl, {
      MessageAttributeNames,
      MessageSystemAttributeNames: ['SentTimestamp'],
    });
    expect(Object.keys(message?.Attributes ?? {})).toEqual(['SentTimestamp']);
    return Object.keys(message?.MessageAttributes ?? {}).sort();
  };
  expect(await namesFor()).toEqual([]);
  expect(await namesFor('b')).toEqual(['b']);
  expect(await namesFor('a.*')).toEqual(['a.one', 'a.two']);
  expect(await namesFor('.*')).toEqual(['a.one', 'a.two', 'b']);
});

test('what is received is hidden until its time is over, and what is deleted never comes back', async () => {
  const { operator, queue, clock } = await startSqs();
  const QueueUrl = await queue('jobs', { VisibilityTimeout: 60 });
  await operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  const [first] = await receive(operator, QueueUrl);
  expect(await receive(operator, QueueUrl)).toEqual([]);
  expect(await countsOf(operator, QueueUrl)).toEqual([0, 1, 0]);
  clock.ms += 61_000;
  const [second] = await receive(operator, QueueUrl, { MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
  expect(second?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
  expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  // Of two receives, only the last one's handle deletes.
  await operator.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
  expect(await countsOf(operator, QueueUrl)).toEqual([0, 1, 0]);
  clock.ms += 61_000;
  await operator.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }));
  await operator.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: second?.ReceiptHandle }));
  expect(await countsOf(operator, QueueUrl)).toEqual([0, 0, 0]);
});

test('visibility can be given back and prolonged, up to twelve hours in all', async () => {
  const { operator, queue, clock } = await startSqs();
  const QueueUrl = await queue('jobs');
  await operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  const change = async (ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
    operator.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
  const [first] = await receive(operator, QueueUrl);
  await change(first?.ReceiptHandle, 0);
  await expect(change(first?.ReceiptHandle, 10)).rejects.toMatchObject({ name: 'MessageNotInflight' });
  const [second] = await receive(operator, QueueUrl);
  await expect(change(first?.ReceiptHandle, 10)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  await change(second?.ReceiptHandle, 11 * 3600);
  clock.ms += 10 * hour;
  expect(await receive(operator, QueueUrl)).toEqual([]);
  await expect(change(second?.ReceiptHandle, 2 * 3600 + 1)).rejects.toThrow('beyond the limit');
  await expect(change(second?.ReceiptHandle, 43_201)).rejects.toThrow('Must be between 0 and 43200');
});

test('a long poll ends when a message comes, and not before', async () => {
  const { operator, clientOf, queue } = await startSqs();
  const QueueUrl = await queue('jobs', { ReceiveMessageWaitTimeSeconds: 20 });
  const polls = [receive(operator, QueueUrl), receive(clientOf(), QueueUrl)];
  const first = Promise.race(polls);
  await operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
  expect((await first).map(({ Body }) => Body)).toEqual(['one']);
  await operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'two' }));
  const bodies = (await Promise.all(polls)).flat().map(({ Body }) => Body);
  expect(new Set(bodies)).toEqual(new Set(['one', 'two']));
});

test('a long poll ends when a delay is over, and when a message is given back', async () => {
  const { operator, clientOf, queue } = await startSqs();
  const QueueUrl = await queue('jobs', { DelaySeconds: 1 });
  await operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later' }));
  expect(await countsOf(operator, QueueUrl)).toEqual([0, 0, 1]);
  expect(await receive(operator, QueueUrl)).toEqual([]);
  const [message] = await receive(operator, QueueUrl, { WaitTimeSeconds: 20 });
  expect(message?.Body).toBe('later');
  const next = receive(clientOf(), QueueUrl, { WaitTimeSeconds: 20 });
  const { ReceiptHandle } = message ?? {};
  await operator.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
  expect(await next).toHaveLength(1);
});

test('a long poll whose client has gone away takes nothing', async () => {
  const { operator, clientOf, queue } = await startSqs();
  const QueueUrl = await queue('jobs');
  const gone = new AbortController();
  const poll = clientOf().send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
    abortSignal: gone.signal,
  });
  await countsOf(operator, QueueUrl);
  gone.abort();
  await expect(poll).rejects.toMatchObject({ name: 'AbortError' });
  // The end of its connection is on its way, too.
  for (let turn = 0; turn < 5; turn++) await countsOf(operator, QueueUrl);
  await operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  expect(await receive(operator, QueueUrl, { WaitTimeSeconds: 1 })).toHaveLength(1);
});

test('long polls do not hold up the end', async () => {
  const { operator, queue, sqs } = await startSqs();
  const QueueUrl = await queue('jobs');
  const poll = receive(operator, QueueUrl, { WaitTimeSeconds: 20 });
  await operator.send(new GetQueueUrlCommand({ QueueName: 'jobs' }));
  sqs.endPolls();
  expect(await poll).toEqual([]);
});

test('an old message is forgotten', async () => {
  const { operator, queue, clock } = await startSqs();
  const QueueUrl = await queue('jobs', { MessageRetentionPeriod: 3600 });
  await operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  clock.ms += hour;
  expect(await countsOf(operator, QueueUrl)).toEqual([0, 0, 0]);
  expect(await receive(operator, QueueUrl)).toEqual([]);
});

test('a purge leaves nothing, and is not allowed twice in a minute', async () => {
  const { operator, queue, clock } = await startSqs();
  const QueueUrl = await queue('jobs');
  await operator.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  await operator.send(new PurgeQueueCommand({ QueueUrl }));
  expect(await countsOf(operator, QueueUrl)).toEqual([0, 0, 0]);
  const again = () => operator.send(new PurgeQueueCommand({ QueueUrl }));
  await expect(again()).rejects.toMatchObject({ name: 'PurgeQueueInProgress' });
  clock.ms += 60_000;
  await again();
});

test('a queue is found by its name, and by a URL of an earlier start', async () => {
  const { operator, queue, url } = await startSqs();
  const QueueUrl = await queue('jobs');
  expect(QueueUrl).toBe(`${url}/${account}/jobs`);
  expect((await operator.send(new GetQueueUrlCommand({ QueueName: 'jobs' }))).QueueUrl).toBe(QueueUrl);
  await operator.send(new SendMessageCommand({ QueueUrl: `http://127.0.0.1:1/${account}/jobs`, MessageBody: 'x' }));
  expect(await receive(operator, QueueUrl)).toHaveLength(1);
});

test('twenty consumers share five hundred messages, each of which one of them gets', async () => {
  const { operator, queue } = await startSqs();
  const QueueUrl = await queue('jobs');
  for (let batch = 0; batch < 50; batch++) {
    const Entries = Array.from({ length: 10 }, (_, n) => ({ Id: String(n), MessageBody: `${batch}-${n}` }));
    await operator.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
  const consume = async (): Promise<string[]> => {
    const messages = await receive(operator, QueueUrl);
    if (messages.length === 0) return [];
    const Entries = messages.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
    await operator.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    return [...messages.map(({ Body = '' }) => Body), ...(await consume())];
  };
  const bodies = (await Promise.all(Array.from({ length: 20 }, consume))).flat();
  expect(bodies).toHaveLength(500);
  expect(new Set(bodies).size).toBe(500);
  expect(await countsOf(operator, QueueUrl)).toEqual([0, 0, 0]);
});

test('any text of allowed characters comes back unchanged', async () => {
  const { operator, queue } = await startSqs();
  const QueueUrl = await queue('jobs');
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(text, async (MessageBody) => {
      const allowed = !/[^\t\n\r -\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.test(MessageBody);
      const sending = operator.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      if (!allowed) {
        await expect(sending).rejects.toMatchObject({ name: 'InvalidMessageContents' });
        return;
      }
      await sending;
      const [message] = await receive(operator, QueueUrl);
      expect(message?.Body).toBe(MessageBody);
    }),
    { numRuns: 50 },
  );
});
