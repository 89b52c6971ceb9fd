import {
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { arnOf, startSqs } from './start-sqs.ts';

const receive = async (client: SQSClient, QueueUrl: string) => {
  const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, AttributeNames: ['All'] });
  return (await client.send(command)).Messages ?? [];
};

async function withDeadLetters(maxReceiveCount = 2) {
  const started = await startSqs();
  const dead = await started.queue('dead');
  const RedrivePolicy = { deadLetterTargetArn: arnOf('dead'), maxReceiveCount };
  const source = await started.queue('source', { RedrivePolicy, VisibilityTimeout: 30 });
  return { ...started, dead, source };
}

test('a message that was received too often goes to the dead-letter queue, and keeps its age', async () => {
  const { operator, clock, source, dead } = await withDeadLetters();
  const { MessageId } = await operator.send(new SendMessageCommand({ QueueUrl: source, MessageBody: 'poison' }));
  for (const count of ['1', '2']) {
    const [message] = await receive(operator, source);
    expect(message?.Attributes?.['ApproximateReceiveCount']).toBe(count);
    clock.ms += 31_000;
  }
  expect(await receive(operator, source)).toEqual([]);
  const [buried] = await receive(operator, dead);
  expect(buried).toMatchObject({
    MessageId,
    Body: 'poison',
    Attributes: { ApproximateReceiveCount: '3', DeadLetterQueueSourceArn: arnOf('source') },
  });
  expect(Number(buried?.Attributes?.['SentTimestamp'])).toBeLessThan(Date.now() + clock.ms - 60_000);
});

test('messages that fail do not keep others from being received', async () => {
  const { operator, clock, source } = await withDeadLetters(1);
  for (let n = 0; n < 10; n++) {
    await operator.send(new SendMessageCommand({ QueueUrl: source, MessageBody: 'poison' }));
  }
  expect(await receive(operator, source)).toHaveLength(10);
  clock.ms += 31_000;
  await operator.send(new SendMessageCommand({ QueueUrl: source, MessageBody: 'good' }));
  expect((await receive(operator, source)).map(({ Body }) => Body)).toEqual(['good']);
});

test('a long poll of the dead-letter queue wakes when a message is moved there', async () => {
  const { operator, clientOf, clock, source, dead } = await withDeadLetters(1);
  await operator.send(new SendMessageCommand({ QueueUrl: source, MessageBody: 'poison' }));
  await receive(operator, source);
  const poll = clientOf().send(new ReceiveMessageCommand({ QueueUrl: dead, WaitTimeSeconds: 20 }));
  clock.ms += 31_000;
  await receive(operator, source);
  expect((await poll).Messages).toHaveLength(1);
});

test('a redrive sends the dead letters back to where they came from, as new messages', async () => {
  const { operator, clock, source, dead } = await withDeadLetters(1);
  const { MessageId } = await operator.send(new SendMessageCommand({ QueueUrl: source, MessageBody: 'again' }));
  await receive(operator, source);
  clock.ms += 31_000;
  await receive(operator, source);
  await operator.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf('dead') }));
  expect(await receive(operator, dead)).toEqual([]);
  const [message] = await receive(operator, source);
  expect(message).toMatchObject({ Body: 'again', Attributes: { ApproximateReceiveCount: '1' } });
  expect(message?.MessageId).not.toBe(MessageId);
  const { Results } = await operator.send(new ListMessageMoveTasksCommand({ SourceArn: arnOf('dead') }));
  expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
  await expect(operator.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf('source') }))).rejects.toThrow(
    'must be configured as a Dead Letter Queue',
  );
});

test('a dead-letter queue that does not exist, or does not take from there, is an error at start', async () => {
  const { queue, operator } = await startSqs();
  const to = (name: string) => ({ RedrivePolicy: { deadLetterTargetArn: arnOf(name), maxReceiveCount: '3' } });
  await expect(queue('source', to('none'))).rejects.toThrow('does not exist');
  const byQueue = { redrivePermission: 'byQueue', sourceQueueArns: [arnOf('friend')] };
  await queue('dead', { RedriveAllowPolicy: byQueue });
  await expect(queue('source', to('dead'))).rejects.toThrow('does not let it take from');
  const QueueUrl = await queue('friend', to('dead'));
  const { Attributes } = await operator.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toEqual({
    deadLetterTargetArn: arnOf('dead'),
    maxReceiveCount: 3,
  });
});
