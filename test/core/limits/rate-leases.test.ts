import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DynamoDBRates } from '../../../core/limits/dynamodb-rates.ts';
import type { Entry } from '../../../core/limits/gate.ts';
import { costNs, unitsLeft, windowNs } from '../../../core/limits/gcra.ts';
import type { LimitedUnits, UnitLimits } from '../../../core/limits/limits.ts';
import { RateGate } from '../../../core/limits/rate-gate.ts';
import { RateLeases, type RateWant } from '../../../core/limits/rate-leases.ts';
import type { ItemClient } from '../../../core/storage/item-client.ts';
import { row } from '../billing/books.ts';
import { startDynamoDB, type TestDynamoDB } from '../storage/dynamodb.ts';

let dynamo: TestDynamoDB;
let writes = 0;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());

let tenants = 0;

/** Processes that share a table and the time, each with what it remembers. */
function world(processes = 1) {
  const tenant = `t-${tenants++}`;
  const time = {
    ms: Date.UTC(2026, 10, 22),
    skewMs: processes === 0 ? [] : Array.from({ length: processes }, () => 0),
  };
  const client: ItemClient = {
    getItem: (input) => dynamo.client.getItem(input),
    putItem: () => Promise.reject(new Error('puts nothing')),
    query: () => Promise.reject(new Error('queries nothing')),
    updateItem: (input) => {
      writes++;
      return dynamo.client.updateItem(input);
    },
  };
  const leases = time.skewMs.map(
    (_, at) =>
      new RateLeases({
        rates: new DynamoDBRates(client, 'limits'),
        now: () => new Date(time.ms + (time.skewMs[at] ?? 0)),
        monotonicMs: () => time.ms,
      }),
  );
  const of = (at: number): RateLeases => leases[at] as RateLeases;
  const want = (perMinute: number, units: number): RateWant => ({ unit: 'tokens', perMinute, units });
  return {
    time,
    take: async (perMinute: number, units: number, at = 0) => {
      const { taken, takes } = await of(at).take(tenant, [want(perMinute, units)]);
      return { taken, left: takes[0]?.left, waitMs: takes[0]?.waitMs };
    },
    giveBack: (perMinute: number, units: number, at = 0) => of(at).giveBack(tenant, [want(perMinute, units)]),
    /** A request as the gate of a process meets it. */
    enter: (perMinute: UnitLimits, units: Partial<LimitedUnits>, at = 0) =>
      new RateGate(of(at)).enter({
        tenant,
        limits: { perMinute },
        use: row({ units }),
        recorded: false,
        remainingMs: 1000,
      }) as Promise<Entry>,
  };
}

test('a minute’s worth may come at once, and then as much as the time since gives', async () => {
  const { take, time } = world();
  expect(await take(60, 60)).toEqual({ taken: true, left: 0, waitMs: 0 });
  expect(await take(60, 5)).toEqual({ taken: false, left: 0, waitMs: 5000 });
  time.ms += 4999;
  expect(await take(60, 5)).toMatchObject({ taken: false, left: 4, waitMs: 1 });
  time.ms += 1;
  expect(await take(60, 5)).toMatchObject({ taken: true, left: 0 });
  time.ms += 3_600_000;
  expect(await take(60, 61 - 1)).toMatchObject({ taken: true });
});

test('it is one rate for all processes', async () => {
  const { take } = world(3);
  const taken = await Promise.all(Array.from({ length: 30 }, (_, at) => take(20, 1, at % 3)));
  expect(taken.filter((each) => each.taken)).toHaveLength(20);
});

test('who is busy asks about once a second', async () => {
  const { take, time } = world();
  writes = 0;
  for (let request = 0; request < 500; request++) {
    expect((await take(60_000, 5)).taken).toBe(true);
    time.ms += 10;
  }
  expect(writes).toBeLessThanOrEqual(25);
});

test('what another limit refused can be used by the next request', async () => {
  const { take, giveBack } = world();
  await take(10, 10);
  giveBack(10, 4);
  expect(await take(10, 4)).toMatchObject({ taken: true, left: 0 });
  expect(await take(10, 1)).toMatchObject({ taken: false });
});

describe('of several rates, a request', () => {
  const perMinute = { requests: 10, items: 60, tokens: 100 };

  test('that one of them refuses takes nothing of the others, now and later', async () => {
    const { enter, time } = world(2);
    expect((await enter(perMinute, { requests: 1, tokens: 100 })).refusal).toBeUndefined();
    for (let attempt = 0; attempt < 12; attempt++) {
      const entry = await enter(perMinute, { requests: 1, tokens: 60 }, attempt % 2);
      expect(entry.refusal?.violated.policy.name).toBe('tokens-per-minute');
      expect(entry.remainders[0]).toMatchObject({ policy: { name: 'requests-per-minute' }, left: 9 });
      await entry.release();
    }
    time.ms += 3000;
    expect((await enter({ requests: 10 }, { requests: 9 }, 1)).refusal).toBeUndefined();
  });

  test('that never fits one of them takes nothing', async () => {
    const { enter } = world();
    await expect(enter(perMinute, { requests: 10, tokens: 101 })).rejects.toMatchObject({ status: 413 });
    expect((await enter(perMinute, { requests: 10, tokens: 100 })).refusal).toBeUndefined();
  });

  test('is told of the one that it has to wait for longest', async () => {
    const { enter, time } = world();
    await enter(perMinute, { requests: 10, items: 60, tokens: 1 });
    time.ms += 1000;
    const { refusal } = await enter(perMinute, { requests: 1, items: 10, tokens: 1 });
    expect(refusal).toMatchObject({
      message: 'the limit is 60 items a minute; this request has 10, and 1 are left now. Try again in 9 s',
      violated: { policy: { name: 'items-per-minute' }, left: 1, resetSeconds: 9 },
    });
  });

  test('is let in by a rate that was used long ago, never, and just now alike, in any mixture', async () => {
    const { enter, time } = world();
    await enter(perMinute, { items: 60, requests: 1 });
    time.ms += 61_000;
    await enter(perMinute, { requests: 4 });
    expect((await enter(perMinute, { requests: 6, items: 60, tokens: 100 })).refusal).toBeUndefined();
    expect((await enter(perMinute, { requests: 1 })).refusal).toBeDefined();
  });
});

test('units that were taken ahead are lost after two seconds, also to a process whose clock stood still', async () => {
  const { take, giveBack, time } = world();
  await take(10, 10);
  giveBack(10, 10);
  time.skewMs[0] = 2000;
  expect(await take(10, 1)).toMatchObject({ taken: false });
});

test('a clock that is an hour ahead stops the others for no longer than a minute', async () => {
  const { take, time } = world(2);
  time.skewMs[1] = 3_600_000;
  expect((await take(60, 60, 1)).taken).toBe(true);
  expect((await take(60, 60, 0)).taken).toBe(true);
  time.skewMs[1] = 0;
  expect(await take(60, 1, 1)).toMatchObject({ taken: false, waitMs: 1000 });
});

test('units cost what they should, and the rest is what still fits', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000_000 }),
      fc.nat(1_000_000),
      fc.nat(1_000_000),
      (perMinute, one, two) => {
        const both = costNs(one + two, perMinute);
        const apart = costNs(one, perMinute) + costNs(two, perMinute);
        expect(apart - both).toBeGreaterThanOrEqual(0n);
        expect(apart - both).toBeLessThanOrEqual(1n);
        expect(costNs(perMinute, perMinute)).toBe(windowNs);
        const units = Math.min(one, perMinute);
        const left = unitsLeft(costNs(units, perMinute), 0n, perMinute);
        expect(left).toBeLessThanOrEqual(perMinute - units);
        expect(left).toBeGreaterThanOrEqual(perMinute - units - 1);
      },
    ),
  );
});

test('in no stretch of time do processes together let through more than a minute’s worth, the time since, and two seconds’ leases', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 60, max: 1200 }),
      fc.array(fc.record({ at: fc.nat(2), pauseMs: fc.nat(1500), share: fc.integer({ min: 1, max: 100 }) }), {
        minLength: 10,
        maxLength: 60,
      }),
      async (perMinute, requests) => {
        const { take, time } = world(3);
        const passed: { readonly ms: number; readonly units: number }[] = [];
        for (const { at, pauseMs, share } of requests) {
          time.ms += pauseMs;
          const units = Math.max(1, Math.floor((perMinute * share) / 400));
          if ((await take(perMinute, units, at)).taken) passed.push({ ms: time.ms, units });
        }
        for (const [start, first] of passed.entries()) {
          let sum = 0;
          for (const { ms, units } of passed.slice(start)) {
            sum += units;
            const bound = perMinute + (perMinute * (ms - first.ms + 2000)) / 60_000;
            expect(sum).toBeLessThanOrEqual(Math.ceil(bound));
          }
        }
      },
    ),
    { numRuns: 20 },
  );
});
