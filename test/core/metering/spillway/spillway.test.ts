import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { SqsQueue } from '../../../../core/aws/sqs-queue.ts';
import { drainSpillway } from '../../../../core/metering/spillway/drain-spillway.ts';
import { SqsSpillway } from '../../../../core/metering/spillway/sqs-spillway.ts';
import type { UsageEvent } from '../../../../core/metering/usage-event.ts';
import { allow, arnOf, region, role, startSqs } from '../../../local/sqs/start-sqs.ts';
import { usageEventOf } from '../usage-event-of.ts';

async function startSpillway() {
  const { sqs: _, clientOf, operator, queue, url } = await startSqs();
  const QueueUrl = await queue('spillway', { VisibilityTimeout: 0 });
  const sender = clientOf(role(allow(['sqs:SendMessage', 'sqs:GetQueueAttributes'], arnOf('spillway'))));
  const access = { region, endpoint: url, credentials: await sender.config.credentials(), random: () => 0 };
  const received = async () => {
    const { Messages = [] } = await operator.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['MessageGroupId'] }),
    );
    return Messages;
  };
  const remove = (ReceiptHandle: string | undefined) =>
    operator.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  return { spillway: new SqsSpillway(new SqsQueue(access, QueueUrl)), access, QueueUrl, received, remove };
}

test('an event comes out of the queue as it went in, in the group of its tenant', async () => {
  const { spillway, received } = await startSpillway();
  const event = usageEventOf('acme', new Date(), { items: 3 });
  await spillway.put(event, 8);
  const [message, ...others] = await received();
  expect(others).toEqual([]);
  expect(message?.Attributes).toEqual({ MessageGroupId: 'acme' });
  expect(JSON.parse(message?.Body ?? '')).toEqual({ event, shards: 8 });
});

test('what the queue refuses, or does not answer, is not taken for safe', async () => {
  const { access, QueueUrl } = await startSpillway();
  const event = usageEventOf('acme', new Date());
  const elsewhere = new SqsSpillway(new SqsQueue(access, `${QueueUrl}-of-others`));
  await expect(elsewhere.put(event, 1)).rejects.toThrow(/SQS answered 4/);
  const nowhere = new SqsSpillway(new SqsQueue({ ...access, endpoint: 'http://127.0.0.1:1' }, QueueUrl));
  await expect(nowhere.put(event, 1)).rejects.toThrow('no answer of SQS');
});

test('a queue is empty only once what it took was removed', async () => {
  const { spillway, access, QueueUrl, received, remove } = await startSpillway();
  const queue = new SqsQueue(access, QueueUrl);
  expect(await queue.isEmpty()).toBe(true);
  await spillway.put(usageEventOf('acme', new Date()), 1);
  expect(await queue.isEmpty()).toBe(false);
  const [message] = await received();
  expect(await queue.isEmpty()).toBe(false);
  await remove(message?.ReceiptHandle);
  expect(await queue.isEmpty()).toBe(true);
});

test('draining puts each event into the journal, and gives back what that does not take', async () => {
  const { spillway, received } = await startSpillway();
  const events = [1, 2, 3].map((items) => usageEventOf('acme', new Date(), { items }));
  for (const event of events) await spillway.put(event, 64);
  const messages = (await received()).map(({ MessageId = '', Body = '' }) => ({ messageId: MessageId, body: Body }));
  const poison = { messageId: 'poison', body: '{' };
  const stored: UsageEvent[] = [];
  const append = async (event: UsageEvent) => {
    if (event.id === events[1]?.id) throw new Error('throttled');
    stored.push(event);
    return 'stored' as const;
  };
  const failed = await drainSpillway({ append }, [...messages, poison]);
  expect(new Set(stored)).toEqual(new Set([events[0], events[2]]));
  const refused = messages.find(({ body }) => body.includes(events[1]?.id ?? ''))?.messageId;
  expect(failed.map(({ messageId }) => messageId)).toEqual([refused, 'poison']);
});
