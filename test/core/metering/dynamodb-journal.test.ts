import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DynamoDBJournal } from '../../../core/metering/dynamodb-journal.ts';
import { startDynamoDB, type TestDynamoDB } from '../storage/dynamodb.ts';
import { itemClients } from '../storage/item-clients.ts';
import { startLossyProxy } from '../storage/lossy-proxy.ts';
import { usageEventOf } from './usage-event-of.ts';

let dynamo: TestDynamoDB;
let proxy: Awaited<ReturnType<typeof startLossyProxy>>;
beforeAll(async () => {
  dynamo = await startDynamoDB();
  proxy = await startLossyProxy(dynamo.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await dynamo.stop();
});

const clock = { now: new Date() };
beforeEach(() => {
  clock.now = new Date();
});

const items = async (tenant: string) => {
  const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: 'usage' }));
  return Items.map((item) => unmarshall(item)).filter((item) => String(item['pk']).startsWith(`T#${tenant}#`));
};
const stored = async (tenant: string) => (await items(tenant)).filter((item) => item['pk'] !== `T#${tenant}#LATE`);
const notes = async (tenant: string) => (await items(tenant)).filter((item) => item['pk'] === `T#${tenant}#LATE`);

describe.each(itemClients)('over %s', (client, open) => {
  let journal: DynamoDBJournal;
  beforeAll(() => {
    journal = new DynamoDBJournal(open(proxy.url), 'usage', () => clock.now);
  });
  /** Tenants of this client's own. */
  const of = (name: string): string => `${name}-${itemClients.findIndex(([each]) => each === client)}`;

  test('an event lies in the hour and under the id that it was minted with, whole, until it is archived', async () => {
    const event = usageEventOf(of('acme'), new Date('2026-11-30T23:59:59.999Z'), { items: 3, bytesIn: 600_000 });
    // Completed, and appended, in the next month.
    clock.now = new Date('2026-12-01T00:00:02Z');
    const late = { ...event, time: '2026-12-01T00:00:02.000Z' };
    expect(await journal.append(late)).toBe('stored');
    expect(await stored(of('acme'))).toEqual([{ pk: `T#${of('acme')}#2026113023#0`, sk: event.id, event: late }]);
  });

  test('an event appended again is a duplicate, a success, and there once', async () => {
    const event = usageEventOf(of('twice'), new Date());
    expect(await journal.append(event)).toBe('stored');
    expect(await journal.append(event)).toBe('duplicate');
    const racing = usageEventOf(of('twice'), new Date());
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => journal.append(racing)));
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
    expect(await stored(of('twice'))).toHaveLength(2);
  });

  test('an append that was stored while its answer was lost is repeated, found, and a success', async () => {
    proxy.next.push('lost');
    expect(await journal.append(usageEventOf(of('lossy'), new Date()))).toBe('duplicate');
    expect(await stored(of('lossy'))).toHaveLength(1);
  });

  test('an append that is not certain is no success', async () => {
    // More than either client tries.
    proxy.next.push(...Array<500>(10).fill(500));
    await expect(journal.append(usageEventOf(of('outage'), new Date()))).rejects.toThrow(
      expect.objectContaining({ name: 'InternalServerError' }),
    );
    proxy.next.length = 0;
    expect(await stored(of('outage'))).toEqual([]);
  });

  test('an event that may come to a closed hour is noted before it is stored, and no other is', async () => {
    const event = usageEventOf(of('late'), new Date('2026-11-30T22:59:59Z'));
    clock.now = new Date('2026-11-30T23:04:59Z');
    await journal.append(event);
    expect(await notes(of('late'))).toEqual([]);
    clock.now = new Date('2026-11-30T23:05:00Z');
    expect(await journal.append(event)).toBe('duplicate');
    expect(await notes(of('late'))).toEqual([
      {
        pk: `T#${of('late')}#LATE`,
        sk: `2026-11-30T23:05:00.000Z#${event.id}`,
        expiresAt: Date.parse('2026-11-30T23:05:00Z') / 1000 + 90 * 24 * 3600,
      },
    ]);
    proxy.next.push(...Array<500>(10).fill(500));
    const unnoted = usageEventOf(of('late'), new Date('2026-11-30T22:00:00Z'));
    await expect(journal.append(unnoted)).rejects.toThrow();
    proxy.next.length = 0;
    expect((await stored(of('late'))).map((item) => item['sk'])).toEqual([event.id]);
  });

  test('an id that tells no time is a fault, not an event', async () => {
    const event = usageEventOf(of('timeless'), new Date());
    for (const id of ['', 'abc', '6ba7b810-9dad-11d1-80b4-00c04fd430c8', event.id.toUpperCase()]) {
      await expect(journal.append({ ...event, id })).rejects.toThrow('is not a UUIDv7');
    }
    expect(await stored(of('timeless'))).toEqual([]);
  });
});
