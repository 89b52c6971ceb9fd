import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DynamoDBMonths } from '../../../core/limits/dynamodb-months.ts';
import type { Entry, LimitedRequest } from '../../../core/limits/gate.ts';
import type { LimitAlert } from '../../../core/limits/limit-alert.ts';
import { limitKey } from '../../../core/limits/limit-key.ts';
import type { LimitedUnits, Limits } from '../../../core/limits/limits.ts';
import { monthOf } from '../../../core/limits/month.ts';
import { MonthGate } from '../../../core/limits/month-gate.ts';
import type { ItemClient } from '../../../core/storage/item-client.ts';
import { row } from '../billing/books.ts';
import { usageEventOf } from '../metering/usage-event-of.ts';
import { startDynamoDB, type TestDynamoDB } from '../storage/dynamodb.ts';
import { itemClients } from '../storage/item-clients.ts';
import { startLossyProxy } from '../storage/lossy-proxy.ts';

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
function world(initial: Limits, units: LimitedUnits = none, client: ItemClient = dynamo.client) {
  const tenant = `t-${tenants++}`;
  const limits: { -readonly [Name in keyof Limits]: Limits[Name] } = { ...initial };
  const clock = { now: november };
  const alerts: LimitAlert[] = [];
  const lost: unknown[] = [];
  const counts = { asked: 0 };
  const months = new DynamoDBMonths(client, 'limits', () => 0);
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
    onLost: (cause) => lost.push(cause),
  });
  const request = (wanted: LimitedUnits, recorded = false): LimitedRequest => ({
    tenant,
    limits: { ...limits },
    use: row({ units: wanted }),
    remainingMs: 26_000,
    recorded,
  });
  const entered = async (wanted: LimitedUnits, wish: LimitedRequest): Promise<Entered> => {
    const entry = (await gate.enter(wish)) as Entry;
    return { ...entry, settle: () => entry.settle(usageEventOf(tenant, clock.now, wanted)) };
  };
  return {
    tenant,
    clock,
    limits,
    alerts,
    lost,
    counts,
    months,
    enter: (wanted: LimitedUnits) => entered(wanted, request(wanted)),
    /** Comes again with the Idempotency-Key of what was recorded. */
    repeat: (wanted: LimitedUnits) => entered(wanted, request(wanted, true)),
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

  test('gives that back also where there is room, though all that come die, and with many at once', async () => {
    const { enter, pass, state } = world({ perMonth: { images: 1000 } });
    await Promise.all(Array.from({ length: 12 }, () => enter(images(3))));
    pass(40);
    // None of them ends.
    await Promise.all(Array.from({ length: 4 }, () => enter(images(1))));
    await expect.poll(async () => (await state())?.used.images).toBeLessThan(12 * 3);
    pass(40);
    for (let request = 0; request < 9; request++) await (await enter(images(1))).settle();
    expect(await state()).toMatchObject({ used: { images: 9 }, running: 0, reservations: [] });
  });

  test('gives back so much at once only that a refusal does not take for ever', async () => {
    const { enter, pass, state } = world({ perMonth: { images: 120 } });
    await Promise.all(Array.from({ length: 60 }, () => enter(images(2))));
    pass(40);
    const entry = await enter(images(1));
    expect(entry.refusal).toBeUndefined();
    expect((await state())?.reservations.length).toBeGreaterThan(30);
  });

  test('says what is used of it and when it is renewed', async () => {
    const { enter, clock } = world({ perMonth: { images: 10 } }, images(8));
    clock.now = new Date('2026-11-30T23:59:30.500Z');
    const { refusal, remainders } = await enter(images(3));
    expect(refusal).toMatchObject({
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

  test('counts anew where an item is of another making', async () => {
    const { tenant, enter, counts, state } = world({ perMonth: { images: 10 } }, images(9));
    await dynamo.client.putItem({
      TableName: 'limits',
      Item: { ...limitKey.month(tenant, '2026-11'), running: { N: '1' }, images: { N: '4' } },
    });
    await (await enter(images(1))).settle();
    expect(await state()).toMatchObject({ used: { images: 10 }, running: 0 });
    expect(counts.asked).toBe(1);
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

  test('counts as reached when it has refused a request above 80 percent, and not before', async () => {
    const { enter, alerts } = world({ perMonth: { images: 10 } });
    expect((await enter(images(11))).refusal).toBeDefined();
    const running = await enter(images(9));
    // It may fail yet, so that the other one fits.
    expect((await enter(images(2))).refusal).toBeDefined();
    expect(alerts).toEqual([]);
    await running.settle();
    expect(alerts.map(({ percent }) => percent).sort((a, b) => a - b)).toEqual([50, 80]);
    for (let time = 0; time < 2; time++) expect((await enter(images(2))).refusal).toBeDefined();
    expect(alerts.slice(2)).toEqual([
      { tenant: alerts[0]?.tenant, month: '2026-11', unit: 'images', percent: 100, limit: 10, used: 9 },
    ]);
  });

  test('tells again of the thresholds of another limit, and not of the same when the month is begun anew', async () => {
    const { tenant, enter, alerts, months, limits } = world({ perMonth: { images: 10 } });
    await (await enter(images(8))).settle();
    expect(alerts).toHaveLength(2);
    await months.restart(tenant, monthOf(november), { units: images(8) }, november);
    await (await enter(images(1))).settle();
    expect(alerts).toHaveLength(2);
    limits.perMonth = { images: 20 };
    await (await enter(images(1))).settle();
    expect(alerts.slice(2)).toMatchObject([{ percent: 50, limit: 20, used: 10 }]);
    // Lowered to what is used: nothing fits any more, so that only a refusal can tell.
    limits.perMonth = { images: 9 };
    expect((await enter(images(1))).refusal).toBeDefined();
    expect(alerts.slice(3)).toMatchObject([50, 80, 100].map((percent) => ({ percent, limit: 9, used: 10 })));
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

/** DynamoDB behind a network that loses the first answer to each write. */
function lossy(): ItemClient {
  const written = new Set<string>();
  return {
    getItem: (input) => dynamo.client.getItem(input),
    putItem: (input) => dynamo.client.putItem(input),
    query: (input) => dynamo.client.query(input),
    updateItem: async (input) => {
      const output = await dynamo.client.updateItem(input);
      const text = JSON.stringify(input);
      if (written.has(text)) return output;
      written.add(text);
      throw new Error('the connection broke');
    },
  };
}

describe('over a connection that breaks after the write, and is not noticed to', () => {
  let proxy: Awaited<ReturnType<typeof startLossyProxy>>;
  beforeAll(async () => {
    proxy = await startLossyProxy(dynamo.endpoint);
  });
  afterAll(() => proxy.stop());

  test('what is used is counted once, and an alert is told', async () => {
    const [, open] = itemClients[1] ?? [];
    if (open === undefined) throw new Error('there is no client of our own');
    const { tenant, enter, months, state } = world({ perMonth: { images: 9 } }, none, open(proxy.url));
    const entry = await enter(images(1));
    proxy.next.push('lost');
    await entry.settle();
    expect(await state()).toMatchObject({ used: images(1), running: 0, reservations: [] });
    proxy.next.push('lost');
    const alert = { tenant, month: '2026-11', unit: 'images', percent: 50, limit: 2, used: 1 } as const;
    expect(await months.alert(alert, monthOf(november), november)).toBe(true);
    expect(await months.alert(alert, monthOf(november), new Date(november.getTime() + 1))).toBe(false);
  });
});

/** DynamoDB that does not take what is noted of thresholds, nor `settles` times what is settled. */
function failing({ settles }: { settles: number }): ItemClient {
  let left = settles;
  return {
    getItem: (input) => dynamo.client.getItem(input),
    putItem: (input) => dynamo.client.putItem(input),
    query: (input) => dynamo.client.query(input),
    updateItem: async (input) => {
      const names = Object.values(input.ExpressionAttributeNames ?? {});
      if (names.some((name) => name.startsWith('alert#'))) throw new Error('throttled');
      if (input.UpdateExpression?.includes('REMOVE') === true && input.ReturnValues === 'UPDATED_OLD') {
        // After the alert has failed.
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (left-- > 0) throw new Error('throttled');
      }
      return dynamo.client.updateItem(input);
    },
  };
}

describe('when DynamoDB throttles the item', () => {
  test('an alert that cannot be noted changes no answer, and lets none overtake what is counted', async () => {
    const { enter, alerts, lost, state } = world({ perMonth: { images: 2 } }, none, failing({ settles: 0 }));
    await (await enter(images(2))).settle();
    expect(await state()).toMatchObject({ used: images(2), running: 0, reservations: [] });
    expect((await enter(images(1))).refusal).toMatchObject({ violated: { left: 0 } });
    expect(alerts).toEqual([]);
    expect(lost.length).toBeGreaterThan(0);
  });

  test('what was used is tried for longer than the rest', async () => {
    const { enter, state } = world({ perMonth: { images: 9 } }, none, failing({ settles: 5 }));
    await (await enter(images(1))).settle();
    expect(await state()).toMatchObject({ used: images(1), running: 0, reservations: [] });
  });
});

describe('when the answer to each write is lost', () => {
  test('what is used, given back, taken back or counted late is counted once', async () => {
    const { enter, months, state, tenant } = world({ perMonth: { images: 9 } }, none, lossy());
    await (await enter(images(1))).settle();
    await (await enter(images(2))).release();
    const failsLate = await enter(images(3));
    await failsLate.settle();
    await failsLate.release();
    const endsLate = await enter(images(4));
    await months.restart(tenant, monthOf(november), { units: images(1) }, november);
    await endsLate.settle();
    await months.add(tenant, monthOf(november), { id: 'recount', untilMs: 0 }, { units: images(2) });
    expect(await state()).toMatchObject({ used: { images: 7, requests: 3 }, running: 0, reservations: [] });
  });

  test('alerts are told all the same', async () => {
    const { enter, alerts } = world({ perMonth: { images: 2 } }, none, lossy());
    await (await enter(images(2))).settle();
    expect(alerts.map(({ percent }) => percent).sort((a, b) => a - b)).toEqual([50, 80, 100]);
  });
});

test('a month is begun anew right between the requests that come and go, with as many of them and as many prices as there are', async () => {
  const { tenant, enter, state } = world({ concurrent: 100 });
  const running = await Promise.all(Array.from({ length: 20 }, () => enter(images(1))));
  const lengths: number[] = [];
  const months = new DynamoDBMonths(
    {
      getItem: (input) => dynamo.client.getItem(input),
      putItem: () => Promise.reject(new Error('puts nothing')),
      query: () => Promise.reject(new Error('queries nothing')),
      updateItem: async (input) => {
        lengths.push(input.UpdateExpression?.length ?? 0, input.ConditionExpression?.length ?? 0);
        // Comes after all that was read, and before this write.
        running.push(await enter(images(1)));
        return dynamo.client.updateItem(input);
      },
    },
    'limits',
    () => 0,
  );
  const prices = new Map(Array.from({ length: 300 }, (_, at) => [`2026-11/pro/prices[${at}]`, at]));
  const month = monthOf(november);
  await months.restart(tenant, month, { units: images(7), prices }, november);
  expect(await state()).toMatchObject({ running: 0, reservations: [], spending: { prices } });
  await months.add(tenant, month, { id: 'recount', untilMs: november.getTime() + 1000 }, { units: images(2), prices });
  await Promise.all(running.slice(0, 10).map((entry) => entry.settle()));
  await Promise.all(running.slice(10).map((entry) => entry.release()));
  const doubled = new Map([...prices].map(([key, quantity]) => [key, 2 * quantity]));
  expect(await state()).toMatchObject({
    used: { images: 19 },
    running: 0,
    reservations: [],
    spending: { prices: doubled },
  });
  // DynamoDB takes 4 kB.
  expect(Math.max(...lengths)).toBeLessThanOrEqual(4096);
});

test('what an earlier request with the key was counted for needs no room, and a place among those that run all the same', async () => {
  const { enter, repeat, state } = world({ perMonth: { images: 3 }, concurrent: 1 });
  await (await enter(images(3))).settle();
  const before = await state();
  const entry = await repeat(images(3));
  expect(entry.refusal).toBeUndefined();
  expect((await repeat(images(3))).refusal).toMatchObject({ violated: { policy: { name: 'concurrent-requests' } } });
  await entry.settle();
  await entry.release();
  expect(await state()).toEqual(before);
  expect((await enter(images(1))).refusal).toBeDefined();
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
      months: new DynamoDBMonths(client, 'limits', () => 0),
      count: () => Promise.resolve({ units: none }),
      spending: noSpending,
      now,
      newId: () => `id-${ids++}`,
      onAlert: () => Promise.resolve(),
      onLost: () => undefined,
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
      recorded: false,
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
  const months = new DynamoDBMonths(dynamo.client, 'limits', () => 0);
  return {
    ...seen,
    probe: () =>
      gateOf(dynamo.client).enter({
        tenant,
        limits: { concurrent: 1 },
        use: row({ units: images(1) }),
        remainingMs: 1000,
        recorded: false,
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
