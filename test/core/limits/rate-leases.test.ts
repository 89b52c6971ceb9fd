import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DynamoDBRates } from '../../../core/limits/dynamodb-rates.ts';
import { costNs, unitsLeft, windowNs } from '../../../core/limits/gcra.ts';
import { RateLeases } from '../../../core/limits/rate-leases.ts';
import type { ItemClient } from '../../../core/storage/item-client.ts';
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
  return {
    time,
    take: (perMinute: number, units: number, at = 0) => of(at).take(tenant, 'tokens', perMinute, units),
    giveBack: (perMinute: number, units: number, at = 0) => of(at).giveBack(tenant, 'tokens', perMinute, units),
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
