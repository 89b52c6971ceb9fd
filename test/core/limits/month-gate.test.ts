import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DynamoDBMonths } from '../../../core/limits/dynamodb-months.ts';
import type { Entry, LimitedRequest } from '../../../core/limits/gate.ts';
import type { LimitAlert } from '../../../core/limits/limit-alert.ts';
import type { LimitedUnits, Limits } from '../../../core/limits/limits.ts';
import { monthOf } from '../../../core/limits/month.ts';
import { MonthGate } from '../../../core/limits/month-gate.ts';
import type { ItemClient } from '../../../core/storage/item-client.ts';
import { row } from '../billing/books.ts';
import { usageEventOf } from '../metering/usage-event-of.ts';
import { startDynamoDB, type TestDynamoDB } from '../storage/dynamodb.ts';

let dynamo: TestDynamoDB;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());

const november = new Date('2026-11-22T08:00:00Z');
const none: LimitedUnits = { requests: 0, items: 0, images: 0, tokens: 0 };
const images = (count: number): LimitedUnits => ({ ...none, requests: 1, items: count, images: count });
const noSpending = { of: () => Promise.reject(new Error('there is no spend limit')) };
let tenants = 0;
let ids = 0;

/** An entry that is settled with what it wanted. */
type Entered = Omit<Entry, 'settle'> & { settle(): Promise<void> };

/** Processes that share a table and a clock, and a tenant of their own. */
function world(limits: Limits, units: LimitedUnits = none, client: ItemClient = dynamo.client) {
  const tenant = `t-${tenants++}`;
  const clock = { now: november };
  const alerts: LimitAlert[] = [];
  const counts = { asked: 0 };
  const months = new DynamoDBMonths(client, 'limits');
  const gate = new MonthGate({
    months,
    count: async () => {
      counts.asked++;
      return { units };
    },
    spending: noSpending,
    now: () => clock.now,
    newId: () => `id-${ids++}`,
    onAlert: async (alert) => void alerts.push(alert),
  });
  const request = (wanted: LimitedUnits): LimitedRequest => ({
    tenant,
    limits,
    use: row({ units: wanted }),
    remainingMs: 26_000,
  });
  return {
    tenant,
    clock,
    alerts,
    counts,
    months,
    enter: async (wanted: LimitedUnits): Promise<Entered> => {
      const entry = (await gate.enter(request(wanted))) as Entry;
      return { ...entry, settle: () => entry.settle(usageEventOf(tenant, clock.now, wanted)) };
    },
    state: () => months.read(tenant, monthOf(clock.now)),
    pass: (seconds: number) => {
      clock.now = new Date(clock.now.getTime() + seconds * 1000);
    },
  };
}

describe('a monthly quota', () => {
  test('lets exactly as many through as are left, however many ask at once', async () => {
    const { enter, state } = world({ perMonth: { images: 25 } });
    const entries = await Promise.all(Array.from({ length: 40 }, () => enter(images(2))));
    const admitted = entries.filter(({ refusal }) => refusal === undefined);
    expect(admitted).toHaveLength(12);
    await Promise.all(admitted.map((entry) => entry.settle()));
    expect((await state())?.used.images).toBe(24);
    expect((await enter(images(1))).refusal).toBeUndefined();
    expect((await enter(images(1))).refusal).toBeDefined();
  });

  test('is not consumed by requests that fail, before or after their use was counted', async () => {
    const { enter, state } = world({ perMonth: { images: 1 } });
    for (let round = 0; round < 3; round++) {
      const entry = await enter(images(1));
      expect(entry.refusal).toBeUndefined();
      if (round === 2) await entry.settle();
      await entry.release();
    }
    expect(await state()).toMatchObject({ used: none, running: 0, reservations: [] });
  });

  test('gives back what a process that died had set aside, once its request cannot be running any more', async () => {
    const { enter, pass, state } = world({ perMonth: { images: 3 } });
    await enter(images(2));
    const waiting = await enter(images(2));
    expect(waiting.refusal?.violated).toMatchObject({ left: 1, resetSeconds: 1 });
    pass(25);
    expect((await enter(images(2))).refusal).toBeDefined();
    pass(10);
    const entry = await enter(images(2));
    expect(entry.refusal).toBeUndefined();
    await entry.settle();
    expect(await state()).toMatchObject({ used: images(2), running: 0, reservations: [] });
  });

  test('says what is used of it and when it is renewed', async () => {
    const { enter, clock } = world({ perMonth: { images: 10 } }, images(8));
    clock.now = new Date('2026-11-30T23:59:30.500Z');
    const { refusal, remainders } = await enter(images(3));
    expect(refusal).toEqual({
      message:
        'the limit is 10 images a month, and 8 are used; this request has 3. It is renewed at 2026-12-01T00:00:00.000Z',
      violated: {
        policy: { name: 'images-per-month', quota: 10, unit: 'images', windowSeconds: 30 * 86_400 },
        left: 2,
        resetSeconds: 30,
      },
    });
    expect(remainders).toHaveLength(1);
  });

  test('is whole again in the next month', async () => {
    const { enter, pass, state } = world({ perMonth: { images: 2 } });
    await (await enter(images(2))).settle();
    expect((await enter(images(1))).refusal).toBeDefined();
    pass(9 * 86_400);
    expect((await enter(images(2))).refusal).toBeUndefined();
    expect((await state())?.used.images).toBe(2);
  });

  test('starts from what the journal says was used, asked once', async () => {
    const { enter, counts, state } = world({ perMonth: { images: 10 } }, images(9));
    expect((await enter(images(2))).refusal).toBeDefined();
    await (await enter(images(1))).settle();
    expect((await enter(images(1))).refusal).toBeDefined();
    expect((await state())?.used.images).toBe(10);
    expect(counts.asked).toBe(1);
  });

  test('that is begun anew counts what runs meanwhile when it ends', async () => {
    const { enter, months, state, tenant } = world({ perMonth: { images: 10 } });
    const [succeeds, fails] = [await enter(images(1)), await enter(images(2))];
    await months.restart(tenant, monthOf(november), { units: images(4) }, november);
    expect(await state()).toMatchObject({ used: { images: 4 }, running: 0, reservations: [] });
    await succeeds.settle();
    await fails.release();
    expect(await state()).toMatchObject({ used: { images: 5 }, running: 0 });
    expect((await enter(images(6))).refusal).toBeDefined();
  });

  test('tells of 50, 80 and 100 percent once each, who crosses them together', async () => {
    const { enter, alerts, state } = world({ perMonth: { images: 10 } });
    const use = async (count: number) => (await enter(images(count))).settle();
    await use(4);
    expect(alerts).toEqual([]);
    await Promise.all([use(1), use(1), use(1)]);
    expect(alerts.map(({ percent }) => percent)).toEqual([50]);
    await use(3);
    await enter(images(1));
    expect(alerts.map(({ percent }) => percent).sort((a, b) => a - b)).toEqual([50, 80, 100]);
    expect(alerts[0]).toMatchObject({ month: '2026-11', unit: 'images', limit: 10 });
    expect((await state())?.alerts).toHaveLength(3);
  });
});

describe('a concurrency cap', () => {
  test('counts requests until they have ended, whichever way', async () => {
    const { enter } = world({ concurrent: 3 });
    const entries = await Promise.all(Array.from({ length: 8 }, () => enter(images(1))));
    const running = entries.filter(({ refusal }) => refusal === undefined);
    expect(running).toHaveLength(3);
    expect(entries.find(({ refusal }) => refusal !== undefined)?.refusal).toMatchObject({
      message: 'the limit is 3 requests at once, and 3 run now. Try again when one has ended',
      violated: { policy: { name: 'concurrent-requests' }, left: 0, resetSeconds: 1 },
    });
    await running[0]?.settle();
    await running[1]?.release();
    expect((await enter(images(1))).refusal).toBeUndefined();
    expect((await enter(images(1))).refusal).toBeUndefined();
    expect((await enter(images(1))).refusal).toBeDefined();
  });

  test('is not blocked for good by processes that died, nor by one whose clock was an hour ahead', async () => {
    const { enter, pass } = world({ concurrent: 2 });
    await enter(images(1));
    pass(3600);
    await enter(images(1));
    pass(-3600);
    expect((await enter(images(1))).refusal).toBeUndefined();
    pass(32);
    expect((await enter(images(1))).refusal).toBeUndefined();
  });
});

test('a write whose answer is lost counts once', async () => {
  let lose = 0;
  const lossy: ItemClient = {
    getItem: (input) => dynamo.client.getItem(input),
    putItem: (input) => dynamo.client.putItem(input),
    query: (input) => dynamo.client.query(input),
    updateItem: async (input) => {
      const output = await dynamo.client.updateItem(input);
      if (lose-- > 0) throw new Error('the connection broke');
      return output;
    },
  };
  const { enter, state } = world({ perMonth: { images: 5 } }, none, lossy);
  await (await enter(images(1))).settle();
  lose = 1;
  const second = await enter(images(1));
  lose = 1;
  await second.settle();
  lose = 1;
  const third = await enter(images(1));
  lose = 1;
  await third.release();
  expect(await state()).toMatchObject({ used: { images: 2, requests: 2 }, running: 0, reservations: [] });
});

/** What one request does; a process that dies writes no more. */
const life = fc.record({
  count: fc.integer({ min: 1, max: 4 }),
  end: fc.constantFrom('settle', 'release', 'fail late', 'die'),
  /** Writes after which a process that dies is dead. */
  writes: fc.integer({ min: 0, max: 3 }),
});
type Life = typeof life extends fc.Arbitrary<infer Value> ? Value : never;

/** Requests of one tenant, each in a process of its own, whose calls of DynamoDB come in the order that the scheduler says. */
async function live(scheduler: fc.Scheduler, requests: readonly Life[], limits: Limits, now: () => Date) {
  const tenant = `t-${tenants++}`;
  const gateOf = (client: ItemClient) =>
    new MonthGate({
      months: new DynamoDBMonths(client, 'limits'),
      count: () => Promise.resolve({ units: none }),
      spending: noSpending,
      now,
      newId: () => `id-${ids++}`,
      onAlert: () => Promise.resolve(),
    });
  const seen = { running: 0, runningMost: 0, answered: 0 };
  const step = scheduler.scheduleFunction(() => Promise.resolve());
  const one = async ({ count, end, writes }: Life): Promise<void> => {
    let left = end === 'die' ? writes : Number.POSITIVE_INFINITY;
    const client: ItemClient = {
      getItem: (input) => step().then(() => dynamo.client.getItem(input)),
      updateItem: (input) =>
        step().then(() => {
          if (left-- <= 0) throw new Error('died');
          return dynamo.client.updateItem(input);
        }),
      putItem: () => Promise.reject(new Error('puts nothing')),
      query: () => Promise.reject(new Error('queries nothing')),
    };
    const entry = await gateOf(client).enter({
      tenant,
      limits,
      use: row({ units: images(count) }),
      remainingMs: 26_000,
    });
    if (entry === undefined) throw new Error('it has limits');
    if (entry.refusal !== undefined) return entry.release();
    seen.runningMost = Math.max(seen.runningMost, ++seen.running);
    await step();
    seen.running--;
    if (end === 'release') return entry.release();
    await entry.settle(usageEventOf(tenant, now(), images(count)));
    if (end === 'fail late') return entry.release();
    seen.answered += count;
  };
  await scheduler.waitFor(
    Promise.all(
      requests.map((each) =>
        one(each).catch((error: unknown) => {
          if (each.end !== 'die') throw error;
        }),
      ),
    ),
  );
  const months = new DynamoDBMonths(dynamo.client, 'limits');
  return {
    ...seen,
    probe: () =>
      gateOf(dynamo.client).enter({
        tenant,
        limits: { concurrent: 1 },
        use: row({ units: images(1) }),
        remainingMs: 1000,
      }),
    state: async () => (await months.read(tenant, monthOf(now()))) ?? { used: none, running: 0 },
  };
}

test('whatever requests do, in whatever order, and wherever they die: no unit is let in twice, and none is lost for good', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(life, { minLength: 2, maxLength: 8 }),
      fc.integer({ min: 3, max: 12 }),
      fc.integer({ min: 1, max: 4 }),
      async (scheduler, requests, limit, concurrent) => {
        let now = november;
        const limits = { perMonth: { images: limit }, concurrent };
        const { answered, runningMost, probe, state } = await live(scheduler, requests, limits, () => now);
        expect(answered).toBeLessThanOrEqual(limit);
        expect(runningMost).toBeLessThanOrEqual(concurrent);
        // Whoever died has by now been given up, by the first who needs the place.
        now = new Date(now.getTime() + 60_000);
        const entry = await probe();
        expect(entry?.refusal).toBeUndefined();
        await entry?.release();
        const { used, running } = await state();
        expect(running).toBe(0);
        expect(used.images).toBeGreaterThanOrEqual(answered);
        expect(used.images).toBeLessThanOrEqual(limit);
      },
    ),
    { numRuns: 15 },
  );
});

test('when clocks jump, what was answered is still what is counted', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(life, { minLength: 2, maxLength: 6 }),
      fc.infiniteStream(fc.integer({ min: -3600, max: 3600 })),
      async (scheduler, requests, jumps) => {
        const now = () => new Date(november.getTime() + (jumps.next().value ?? 0) * 1000);
        const alive = requests.map((each) => (each.end === 'die' ? { ...each, end: 'settle' as const } : each));
        const { answered, state } = await live(scheduler, alive, { perMonth: { images: 8 } }, now);
        expect(await state()).toMatchObject({ used: { images: answered }, running: 0 });
      },
    ),
    { numRuns: 12 },
  );
});
