import { createHash } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { account, region } from './deployed.ts';
import { mapped, queueArn } from './mapped.ts';

const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 30 });
const never = AbortSignal.timeout(60_000);

test('a function gets the messages of its queue in the documented shape, and they are gone', async () => {
  const { deployed, map, jobs, events, left } = await mapped('');
  const { ref, attributes } = await map();
  expect(ref).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(attributes['EventSourceMappingArn']).toBe(`arn:aws:lambda:${region}:${account}:event-source-mapping:${ref}`);
  await jobs.send('{"n":1}', { kind: 'number' });
  expect(events()).toEqual([]);
  deployed.lambda.beginPolling();
  await eventually(async () => expect(await left()).toBe(0));
  expect(events()).toEqual([
    [
      {
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
        receiptHandle: expect.any(String) as string,
        body: '{"n":1}',
        attributes: {
          SenderId: expect.stringMatching(/^AROA\w+:s$/) as string,
          SentTimestamp: expect.stringMatching(/^\d{13}$/) as string,
          ApproximateReceiveCount: '1',
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/) as string,
        },
        messageAttributes: {
          kind: { stringValue: 'number', stringListValues: [], binaryListValues: [], dataType: 'String' },
        },
        md5OfBody: createHash('md5').update('{"n":1}').digest('hex'),
        md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
        eventSource: 'aws:sqs',
        eventSourceARN: queueArn('jobs'),
        awsRegion: region,
      },
    ],
  ]);
});

test('what a function fails at comes back, and goes to the dead-letter queue in the end', async () => {
  const act = `throw new Error('no');`;
  const { deployed, map, jobs, dead, events, left } = await mapped(act, { visibilitySeconds: 2 });
  await map();
  deployed.lambda.beginPolling();
  await jobs.send('poison');
  const [buried] = await dead.receive(1, 20, never);
  expect(buried?.Body).toBe('poison');
  expect(events().map(([record]) => record?.attributes['ApproximateReceiveCount'])).toEqual(['1', '2']);
  expect(await left()).toBe(0);
});

test('of a batch, only what the function names as failed comes back', async () => {
  const { deployed, map, jobs, dead, events } = await mapped(
    `return { batchItemFailures: event.Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({ itemIdentifier: messageId })) };`,
    { visibilitySeconds: 2 },
  );
  await map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
  for (const body of ['good', 'bad', 'good']) await jobs.send(body);
  deployed.lambda.beginPolling();
  const [buried] = await dead.receive(1, 20, never);
  expect(buried?.Body).toBe('bad');
  expect(events().map((records) => records.map(({ body }) => body))).toEqual([['good', 'bad', 'good'], ['bad']]);
});

test.each([
  ['a message that was not in the batch', `{ batchItemFailures: [{ itemIdentifier: 'other' }] }`],
  ['an empty identifier', `{ batchItemFailures: [{ itemIdentifier: '' }] }`],
  ['a wrong key', `{ batchItemFailures: [{ messageId: event.Records[0].messageId }] }`],
  ['no object at all', `'done'`],
])('a report of failures with %s fails the whole batch', async (_, answer) => {
  const { deployed, map, jobs, events } = await mapped(`return ${answer};`, { visibilitySeconds: 2 });
  await map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
  await jobs.send('a');
  deployed.lambda.beginPolling();
  await eventually(() => expect(events()).toHaveLength(2));
});

test.each([['null'], ['{}'], ['{ batchItemFailures: null }'], ['{ batchItemFailures: [] }']])(
  'a report of %s means that all succeeded',
  async (answer) => {
    const { deployed, map, jobs, left } = await mapped(`return ${answer};`);
    await map({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    await jobs.send('a');
    deployed.lambda.beginPolling();
    await eventually(async () => expect(await left()).toBe(0));
  },
);

test('a batching window gathers more than one receive gives', async () => {
  const { deployed, map, jobs, events, left } = await mapped('');
  await map({ BatchSize: 25, MaximumBatchingWindowInSeconds: '1' });
  for (let n = 0; n < 30; n++) await jobs.send(String(n));
  deployed.lambda.beginPolling();
  await eventually(async () => expect(await left()).toBe(0));
  expect(events().map((records) => records.length)).toEqual([25, 5]);
});

test('a batch too large for one event becomes several', async () => {
  const { deployed, map, jobs, events, left } = await mapped('');
  await map();
  for (let n = 0; n < 8; n++) await jobs.send(`${n}${'"'.repeat(500_000)}`);
  deployed.lambda.beginPolling();
  await eventually(async () => expect(await left()).toBe(0));
  const sizes = events().map((records) => records.length);
  expect(sizes.reduce((sum, size) => sum + size)).toBe(8);
  expect(Math.max(...sizes)).toBe(6);
});

test('no more batches are in flight than the mapping allows', async () => {
  const { deployed, map, jobs, events, left } = await mapped(
    `const { mkdirSync, readdirSync, rmdirSync } = require('node:fs');
     const folder = process.env.NOTED + '-running';
     const own = folder + '/' + event.Records[0].messageId;
     mkdirSync(own, { recursive: true });
     await new Promise((resolve) => setTimeout(resolve, 100));
     if (readdirSync(folder).length > 2) throw new Error('more than two');
     rmdirSync(own);`,
  );
  await map({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
  for (let n = 0; n < 6; n++) await jobs.send(String(n));
  deployed.lambda.beginPolling();
  await eventually(async () => expect(await left()).toBe(0));
  expect(events()).toHaveLength(6);
});

test('a mapping that is not enabled leaves its queue alone', async () => {
  const { deployed, map, jobs, left } = await mapped('');
  await map({ Enabled: false });
  await jobs.send('a');
  deployed.lambda.beginPolling();
  expect(await jobs.receive(1, 1, never)).toHaveLength(1);
  expect(await left()).toBe(1);
});

test('the end waits for a batch under way, and takes no other', async () => {
  const { deployed, map, jobs, events, left } = await mapped(
    'await new Promise((resolve) => setTimeout(resolve, 300));',
  );
  await map();
  await jobs.send('a');
  deployed.lambda.beginPolling();
  await eventually(() => expect(events()).toHaveLength(1));
  await deployed.lambda.endPolling();
  expect(await left()).toBe(0);
  await jobs.send('b');
  expect(await left()).toBe(1);
});

test('a mapping needs a role that may consume, and a queue that hides messages as long as the function may take', async () => {
  const Action = ['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'];
  const policy = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action, Resource: '*' } } as const;
  const { map } = await mapped('', { policy });
  await expect(map()).rejects.toThrow('not authorized to perform: sqs:DeleteMessage');
  await expect(map({ EventSourceArn: queueArn('none') })).rejects.toThrow('queue does not exist');
  await expect(map({ FunctionName: 'none' })).rejects.toThrow('Function not found');
  const short = await mapped('', { visibilitySeconds: 0 });
  await expect(short.map()).rejects.toThrow(
    'Queue visibility timeout: 0 seconds is less than Function timeout: 1 seconds',
  );
});

test.each([
  ['filters', { FilterCriteria: { Filters: [] } }, 'FilterCriteria'],
  ['a stream', { EventSourceArn: `arn:aws:kinesis:${region}:${account}:stream/s` }, 'not a queue'],
  ['eleven messages without a window', { BatchSize: 11 }, 'at least 1 for a BatchSize above 10'],
])('a mapping with %s is refused', async (_, more, message) => {
  const { map } = await mapped('');
  await expect(map(more)).rejects.toThrow(message);
});
