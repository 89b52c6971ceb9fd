import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countMonth } from '../../../core/limits/count-month.ts';
import { changeShards } from '../../../core/metering/change-shards.ts';
import { foldHour } from '../../../core/metering/close/fold-hour.ts';
import { DynamoDBJournal } from '../../../core/metering/dynamodb-journal.ts';
import { eventTime } from '../../../core/metering/event-time.ts';
import { eventsInOrder } from '../../../core/metering/events-in-order.ts';
import { journalPartition, journalPartitions, shardsOf } from '../../../core/metering/journal-partitions.ts';
import { type CountedEvent, JournalReader } from '../../../core/metering/journal-reader.ts';
import { type JournalShards, shardCounts } from '../../../core/metering/journal-shards.ts';
import { hourMs, usageHour } from '../../../core/metering/usage-hour.ts';
import { UsageReader } from '../../../core/metering/usage-reader.ts';
import { UsageSource } from '../../../core/metering/usage-source.ts';
import { UsageVoids } from '../../../core/metering/usage-voids.ts';
import { startDynamoDB, type TestDynamoDB } from '../storage/dynamodb.ts';
import { usageEventOf, uuidAt } from './usage-event-of.ts';

const start = new Date('2026-11-22T00:00:00Z');
const at = (ms: number): Date => new Date(start.getTime() + ms);
const hours = 3;

/** Operators' wishes in their order, each with the milliseconds since the one before. */
const wishes = fc.array(fc.record({ ms: fc.nat(3 * hourMs), count: fc.constantFrom(...shardCounts) }), {
  maxLength: 6,
});

const historyOf = (wished: readonly { readonly ms: number; readonly count: 1 | 8 | 64 }[]): JournalShards => {
  let shards: JournalShards = [];
  let now = start.getTime() - 6 * hourMs;
  for (const { ms, count } of wished) {
    now += ms;
    shards = changeShards(shards, count, new Date(now));
  }
  return shards;
};

describe('the changes of a tenant', () => {
  test('a number holds from the hour on that begins at least two hours later', () => {
    const change = (time: string) => changeShards(undefined, 8, new Date(`2026-11-22T${time}Z`));
    expect(change('06:00:00')).toEqual([{ from: '2026-11-22T08', count: 8 }]);
    expect(change('06:00:00.001')).toEqual([{ from: '2026-11-22T09', count: 8 }]);
    expect(change('22:30:00')).toEqual([{ from: '2026-11-23T01', count: 8 }]);
  });

  test('the same number changes nothing, and what has not begun can be changed again', () => {
    expect(changeShards(undefined, 1, start)).toEqual([]);
    const first = changeShards(undefined, 8, start);
    expect(changeShards(first, 8, at(hourMs))).toBe(first);
    expect(changeShards(first, 64, start)).toEqual([{ from: '2026-11-22T02', count: 64 }]);
    expect(changeShards(first, 1, start)).toEqual([]);
  });

  test('there are no more of them than a request can carry', () => {
    let shards: JournalShards = [];
    for (let time = 0; time < 20; time += 1) shards = changeShards(shards, time % 2 === 0 ? 8 : 1, at(time * hourMs));
    expect(shards).toHaveLength(20);
    expect(() => changeShards(shards, 8, at(20 * hourMs))).toThrow('changed 20 times');
  });

  test('a change never moves an event that a request may be writing by what was known a minute and a half before', () => {
    fc.assert(
      fc.property(wishes, fc.nat(12 * hourMs), fc.constantFrom(...shardCounts), (wished, ms, count) => {
        const known = historyOf(wished);
        const now = at(ms);
        const id = uuidAt(new Date(now.getTime() + 2 * hourMs - 1));
        const changed = changeShards(known, count, new Date(Math.max(now.getTime(), start.getTime() + 12 * hourMs)));
        expect(shardsOf({ tenant: 't', shards: changed }, id)).toBe(shardsOf({ tenant: 't', shards: known }, id));
      }),
      { numRuns: 50 },
    );
  });
});

describe('partitions', () => {
  test('without changes they are one an hour, named as ever', () => {
    const id = '0197a3b0-0000-7000-8000-000000000000';
    expect(journalPartition('acme', id, 1)).toBe('T#acme#2025062420#0');
    expect([...journalPartitions({ tenant: 'acme' }, at(-1), at(hourMs))]).toEqual([
      'T#acme#2026112123#0',
      'T#acme#2026112200#0',
    ]);
  });

  test('an event lies in one that its readers look at, whatever was changed', () => {
    fc.assert(
      fc.property(wishes, fc.nat(hours * hourMs), (wished, ms) => {
        const owner = { tenant: 'acme', shards: historyOf(wished) };
        const id = uuidAt(at(ms));
        const found = [...journalPartitions(owner, start, at((hours + 1) * hourMs))];
        expect(new Set(found).size).toBe(found.length);
        expect(found).toContain(journalPartition('acme', id, shardsOf(owner, id)));
      }),
      { numRuns: 50 },
    );
  });
});

test('pages of many partitions are merged in the order of ids, none lost or doubled', async () => {
  const ids = fc.uniqueArray(fc.nat(10_000), { maxLength: 80 }).map((all) => all.sort((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(
      fc.array(ids, { minLength: 8, maxLength: 8 }),
      fc.integer({ min: 1, max: 9 }),
      async (parts, size) => {
        const owner = { tenant: 't', shards: [{ from: '2026-11-22T00', count: 8 }] } as const;
        const eventOf = (id: number, part: number): CountedEvent => {
          const { data } = usageEventOf('t', start);
          return { id: `${String(id).padStart(5, '0')}-${part}`, data };
        };
        const events = parts.map((part, index) => part.map((id) => eventOf(id, index)));
        const counted = async function* (partition: string) {
          const part = events[Number(partition.split('#').at(-1))] ?? [];
          for (let from = 0; from < part.length; from += size) {
            yield part.slice(from, from + size);
            // What was voided may leave a page empty.
            yield [];
          }
        };
        const merged: string[] = [];
        for await (const page of eventsInOrder(counted, owner, start, at(1))) merged.push(...page.map(({ id }) => id));
        expect(merged).toEqual(
          events
            .flat()
            .map(({ id }) => id)
            .sort(),
        );
      },
    ),
    { numRuns: 50 },
  );
});

test('a partition that cannot be read fails the whole, and the others are let go', async () => {
  const owner = { tenant: 't', shards: [{ from: '2026-11-22T00', count: 8 }] } as const;
  let left = 0;
  const counted = async function* (partition: string): AsyncGenerator<CountedEvent[], void> {
    try {
      if (partition.endsWith('#5')) throw new Error('throttled');
      for (;;) yield [{ ...usageEventOf('t', start) }];
    } finally {
      left += 1;
    }
  };
  const reading = eventsInOrder(counted, owner, start, at(1));
  await expect(reading.next()).rejects.toThrow('throttled');
  expect(left).toBe(8);
});

describe('in DynamoDB', () => {
  let dynamo: TestDynamoDB;
  beforeAll(async () => {
    dynamo = await startDynamoDB();
  });
  afterAll(() => dynamo.stop());

  test('under any changes all events are found and counted once, and rollups are those of a tenant without', async () => {
    const uses = fc.array(fc.record({ ms: fc.nat(hours * hourMs - 1), items: fc.nat(9), voided: fc.boolean() }), {
      minLength: 1,
      maxLength: 25,
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(wishes, uses, async (wished, used) => {
        run += 1;
        const now = () => at(hours * hourMs);
        const journal = new DynamoDBJournal(dynamo.client, 'usage', now);
        const reader = new JournalReader(dynamo.client, 'usage');
        const voids = new UsageVoids({ reader, journal, source: 's', newId: () => uuidAt(start), now });
        const plain = { tenant: `plain-${run}`, createdAt: start.toISOString() };
        const sharded = { tenant: `sharded-${run}`, createdAt: start.toISOString(), shards: historyOf(wished) };
        const events = used.map(({ ms, items }) => usageEventOf('somebody', at(ms), { items }));
        for (const owner of [plain, sharded]) {
          await Promise.all(
            events.map(async (event, index) => {
              const own = { ...event, subject: owner.tenant };
              expect(await journal.append(own, shardsOf(owner, event.id))).toBe('stored');
              expect(await journal.append(own, shardsOf(owner, event.id))).toBe('duplicate');
              if (used[index]?.voided === true) await voids.void(owner, event.id, 'a test', 'me');
              expect((await reader.find(owner, event.id))?.event).toEqual(own);
            }),
          );
        }
        const counted = events.filter((_, index) => used[index]?.voided === false);
        for (let hour = 0; hour < hours; hour += 1) {
          const name = usageHour(at(hour * hourMs));
          const folded = await foldHour(reader, sharded, name);
          expect(folded).toEqual(await foldHour(reader, plain, name));
          const ids = counted.map(({ id }) => id).filter((id) => usageHour(eventTime(id)) === name);
          const digest = createHash('sha256').update(
            ids
              .sort()
              .map((id) => `${id}\n`)
              .join(''),
          );
          expect(folded.idsSha256).toBe(digest.digest('hex'));
        }
        const rollups = { progress: async () => ({}), rollups: async function* () {} };
        const source = new UsageSource({ journal: reader, rollups, now });
        const usage = new UsageReader(source);
        const report = await usage.usage(sharded, { from: start, to: now() }, () => 60_000);
        expect(report).toMatchObject({ totals: { requests: counted.length } });
        const counter = await countMonth(source, sharded, { from: start, to: now() }, undefined, () => 60_000);
        expect(counter.units.requests).toBe(counted.length);
      }),
      { numRuns: 4 },
    );
  }, 30_000);
});
