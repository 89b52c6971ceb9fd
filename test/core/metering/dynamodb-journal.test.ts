import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DynamoDBJournal } from '../../../core/metering/dynamodb-journal.ts';
import { startDynamoDB, type TestDynamoDB } from '../storage/dynamodb.ts';
import { usageEventOf } from './usage-event-of.ts';

let dynamo: TestDynamoDB;
let journal: DynamoDBJournal;
beforeAll(async () => {
  dynamo = await startDynamoDB();
  journal = new DynamoDBJournal(dynamo.client, 'usage');
});
afterAll(() => dynamo.stop());

const stored = async (tenant: string) => {
  const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: 'usage' }));
  return Items.map((item) => unmarshall(item)).filter((item) => String(item['pk']).startsWith(`T#${tenant}#`));
};

test('an event lies in the hour and under the id that it was minted with, whole, for 400 days', async () => {
  const event = usageEventOf('acme', new Date('2026-11-30T23:59:59.999Z'), { items: 3, bytesIn: 600_000 });
  // Completed, and appended, in the next month.
  const late = { ...event, time: '2026-12-01T00:00:02.000Z' };
  expect(await journal.append(late)).toBe('stored');
  expect(await stored('acme')).toEqual([
    {
      pk: 'T#acme#2026113023#0',
      sk: event.id,
      event: late,
      expiresAt: Date.parse('2026-11-30T23:59:59Z') / 1000 + 400 * 24 * 3600,
    },
  ]);
});

test('an event appended again is a duplicate, a success, and there once', async () => {
  const event = usageEventOf('twice', new Date());
  expect(await journal.append(event)).toBe('stored');
  expect(await journal.append(event)).toBe('duplicate');
  const racing = usageEventOf('twice', new Date());
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => journal.append(racing)));
  expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
  expect(await stored('twice')).toHaveLength(2);
});

test('an append that was stored while its answer was lost is repeated, found, and a success', async () => {
  let lost = false;
  dynamo.client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      if (lost) return result;
      lost = true;
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    },
    { step: 'deserialize', name: 'lose' },
  );
  const outcome = await journal.append(usageEventOf('lossy', new Date()));
  dynamo.client.middlewareStack.remove('lose');
  expect([lost, outcome]).toEqual([true, 'duplicate']);
  expect(await stored('lossy')).toHaveLength(1);
});

test('an append that is not certain is no success', async () => {
  dynamo.client.middlewareStack.add(
    () => () => {
      throw new Error('ResourceNotFoundException');
    },
    { step: 'build', name: 'outage' },
  );
  await expect(journal.append(usageEventOf('outage', new Date()))).rejects.toThrow('ResourceNotFoundException');
  dynamo.client.middlewareStack.remove('outage');
  expect(await stored('outage')).toEqual([]);
});

test('an id that tells no time is a fault, not an event', async () => {
  const event = usageEventOf('timeless', new Date());
  for (const id of ['', 'abc', '6ba7b810-9dad-11d1-80b4-00c04fd430c8', event.id.toUpperCase()]) {
    await expect(journal.append({ ...event, id })).rejects.toThrow('is not a UUIDv7');
  }
  expect(await stored('timeless')).toEqual([]);
});
