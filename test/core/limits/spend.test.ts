import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { draftContent } from '../../../core/billing/invoice/draft-content.ts';
import { Currency } from '../../../core/billing/money/currency.ts';
import type { PriceBook } from '../../../core/billing/price-book/price-book.ts';
import type { PublishedPriceBook } from '../../../core/billing/price-book/published-price-book.ts';
import { termsOf } from '../../../core/billing/rating/terms-of.ts';
import { DynamoDBMonths } from '../../../core/limits/dynamodb-months.ts';
import type { Entry } from '../../../core/limits/gate.ts';
import type { LimitAlert } from '../../../core/limits/limit-alert.ts';
import { limitKey } from '../../../core/limits/limit-key.ts';
import { monthOf } from '../../../core/limits/month.ts';
import { MonthGate } from '../../../core/limits/month-gate.ts';
import { CachedPriceBooks } from '../../../core/limits/spend/cached-price-books.ts';
import { MonthRating } from '../../../core/limits/spend/month-rating.ts';
import { spendBounds } from '../../../core/limits/spend/spend-bounds.ts';
import { Spending } from '../../../core/limits/spend/spending.ts';
import type { RollupRow } from '../../../core/metering/rollup.ts';
import type { ItemClient } from '../../../core/storage/item-client.ts';
import { itemPrice, priceBook, published, RollupsInMemory, rollup, row } from '../billing/books.ts';
import { usageEventOf } from '../metering/usage-event-of.ts';
import { startDynamoDB, type TestDynamoDB } from '../storage/dynamodb.ts';

let dynamo: TestDynamoDB;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());

const now = new Date('2026-11-22T08:20:00Z');
const month = monthOf(now);
const hour = '2026-11-22T08';
const fail = (cause: unknown): never => {
  throw cause;
};
let tenants = 0;
let ids = 0;

type Units = Partial<RollupRow['units']> & { readonly model?: string };
const use = ({ model = 'fashion', ...units }: Units): RollupRow =>
  row({ model, priceBook: 'one', units: { requests: 1, ...units } });

/** A tenant with a spend limit in EUR, and processes that serve it. */
function world(book: PriceBook, minor: number, before: readonly RollupRow[] = []) {
  const tenant = `s-${tenants++}`;
  const books = published(book);
  const rating = new MonthRating(books, new Currency('EUR'), termsOf(books, 'pro', now));
  const months = new DynamoDBMonths(dynamo.client, 'limits', () => 0);
  const alerts: LimitAlert[] = [];
  /** What the bill would be made of. */
  const answered: RollupRow[] = [...before];
  const counts = { asked: 0 };
  const process = (client: ItemClient = dynamo.client) => {
    const gate = new MonthGate({
      months: new DynamoDBMonths(client, 'limits', () => 0),
      spending: new Spending({ all: async () => books }),
      count: async () => {
        counts.asked++;
        return { units: { requests: 0, items: 0, images: 0, tokens: 0 }, prices: quantities(before) };
      },
      now: () => now,
      newId: () => `id-${ids++}`,
      onAlert: async (alert) => void alerts.push(alert),
      onLost: fail,
    });
    const enter = async (wanted: Units): Promise<Entry> =>
      (await gate.enter({
        tenant,
        limits: { spend: { currency: 'EUR', minor } },
        use: use(wanted),
        remainingMs: 26_000,
        recorded: false,
      })) as Entry;
    /** Runs a request whole. @returns whether it was let in */
    const run = async (wanted: Units, took: Units = {}): Promise<boolean> => {
      const entry = await enter(wanted);
      if (entry.refusal !== undefined) return false;
      const row = use({ ...wanted, ...took });
      await entry.settle(eventOf(tenant, row));
      answered.push(row);
      return true;
    };
    return { enter, run };
  };
  const quantities = (rows: readonly RollupRow[]) => rating.quantities([{ hour, rows }]);
  return {
    tenant,
    process,
    alerts,
    counts,
    months,
    /** By the gate's item. */
    counted: async () => rating.spent((await months.read(tenant, month))?.spending?.prices ?? new Map()),
    /** By the draft of an invoice. */
    invoiced: () => draftOf(books, answered),
  };
}

function eventOf(tenant: string, { model, units, priceBook: book }: RollupRow) {
  const event = usageEventOf(tenant, now, { model, ...units });
  return { ...event, data: { ...event.data, ...(book === undefined ? {} : { priceBook: book }) } };
}

async function draftOf(books: readonly PublishedPriceBook[], rows: readonly RollupRow[]): Promise<bigint> {
  const rollups = new RollupsInMemory();
  rollups.hours.push(rollup(hour, ...rows));
  const content = await draftContent(
    { tenant: 'acme', name: 'Acme', plan: 'pro', createdAt: '2026-11-01T00:00:00Z' },
    { month: month.name, from: new Date(month.startMs), to: new Date(month.endMs) },
    [],
    { rollups, books, seller: undefined, now },
  );
  return new Currency('EUR').minor(content.total);
}

const flat = (price: string) => ({ kind: 'flat', price }) as const;
const cents = (model: string, price: string) => itemPrice(model, flat(price));

describe('a spend limit', () => {
  test('lets through what it pays for, however many processes ask at once, and the draft says no more', async () => {
    const book = priceBook({ prices: [cents('fashion', '0.03'), cents('spam', '0.05')] });
    const { process, invoiced, counted } = world(book, 100);
    const processes = Array.from({ length: 5 }, () => process());
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () => processes)
        .flat()
        .map(({ run }, index) => run({ items: 1, model: index % 3 === 0 ? 'spam' : 'fashion' })),
    );
    expect(outcomes.filter((letIn) => letIn === false).length).toBeGreaterThan(0);
    expect(await invoiced()).toBe(await counted());
    // Nothing more fits: neither kind costs less than what is left.
    expect(await invoiced()).toBeGreaterThan(97n);
    expect(await invoiced()).toBeLessThanOrEqual(100n);
  });

  test('is met to the cent where it can be, and refuses nothing before', async () => {
    const { process, invoiced } = world(priceBook({ prices: [cents('fashion', '0.1')] }), 100);
    const { run, enter } = process();
    for (let request = 0; request < 10; request++) expect(await run({ items: 1 })).toBe(true);
    expect(await invoiced()).toBe(100n);
    const { refusal, remainders } = await enter({ items: 2 });
    expect(refusal).toMatchObject({
      message:
        'the spend limit is 1.00 EUR a month, and 1.00 EUR are spent; this request costs 0.20 EUR. It is renewed at 2026-12-01T00:00:00.000Z',
      violated: {
        policy: { name: 'spend-limit', quota: 100, unit: 'eur-minor-units', windowSeconds: 30 * 86_400 },
        left: 0,
        resetSeconds: (month.endMs - now.getTime()) / 1000,
      },
    });
    expect(remainders).toHaveLength(1);
    // What costs nothing is not stopped.
    expect(await run({ items: 5, model: 'free' })).toBe(true);
  });

  test('tells who would fit if what runs now failed to come again in a second, and gives back what fails', async () => {
    const { process, invoiced } = world(priceBook({ prices: [cents('fashion', '0.6')] }), 100);
    const [one, two] = [process(), process()];
    const running = await one.enter({ items: 1 });
    const { refusal } = await two.enter({ items: 1 });
    expect(refusal).toMatchObject({ violated: { left: 40, resetSeconds: 1 } });
    expect(refusal?.message).toContain('0.60 EUR are spent or set aside for requests that run now');
    await running.release();
    expect(await two.run({ items: 1 })).toBe(true);
    expect(await invoiced()).toBe(60n);
  });

  test('counts what an answer took, which nobody knows before, and expects as much of the next one', async () => {
    const price = { model: 'fashion', unit: 'computeMs', charge: flat('0.01') };
    const { process, invoiced, counted } = world(priceBook({ prices: [price] }), 100);
    const { run, enter } = process();
    expect(await run({ items: 1 }, { computeMs: 40 })).toBe(true);
    expect(await run({ items: 1 }, { computeMs: 40 })).toBe(true);
    expect(await run({ items: 1 }, { computeMs: 40 })).toBe(false);
    expect([await counted(), await invoiced()]).toEqual([80n, 80n]);
    // So much of it would take a day, and no request has more than its 26 seconds.
    const { refusal } = await enter({ items: 1_000_000 });
    expect(refusal?.message).toContain('this request costs 260.00 EUR');
    // A process that has not seen the model expects the least there is, and the limit is exceeded by what that took more.
    expect(await process().run({ items: 1 }, { computeMs: 50 })).toBe(true);
    expect([await counted(), await invoiced()]).toEqual([130n, 130n]);
    expect(await process().run({ items: 1 }, { computeMs: 50 })).toBe(false);
  });

  test('starts from what journal and rollups say was used, also where the month was begun without it', async () => {
    const before = [use({ items: 9 })];
    const { process, months, tenant, counts, invoiced } = world(
      priceBook({ prices: [cents('fashion', '0.1')] }),
      100,
      before,
    );
    await months.begin(tenant, month, { units: { requests: 3, items: 9, images: 0, tokens: 0 } }, now);
    expect(await process().run({ items: 2 })).toBe(false);
    expect(await process().run({ items: 1 })).toBe(true);
    expect(await process().run({ items: 1 })).toBe(false);
    expect(await invoiced()).toBe(100n);
    expect(counts.asked).toBe(1);
    expect((await months.read(tenant, month))?.used.items).toBe(10);
  });

  test('expects no longer answers than the platform can return', async () => {
    const price = { model: 'fashion', unit: 'bytesOut', charge: flat('0.000001') };
    const { process } = world(priceBook({ prices: [price] }), 2000);
    const { run, enter } = process();
    expect(await run({ items: 1 }, { bytesOut: 1_000_000 })).toBe(true);
    const entry = await enter({ items: 1000 });
    expect(entry.refusal).toBeUndefined();
    // A cent for 10,000 bytes, of which Lambda returns 6 MiB.
    expect(entry.remainders[0]?.left).toBe(2000 - 100 - 629);
  });

  test('knows the price book of each use that it meets, also one that was published with a date in the past since it read them', async () => {
    const [old, young] = [
      priceBook({ prices: [cents('fashion', '0.1')] }),
      priceBook({ version: 'two', validFrom: '2026-11-02T00:00:00Z', prices: [cents('fashion', '0.2')] }),
    ];
    const listed = [published(old), published(old, young)];
    const tenant = `s-${tenants++}`;
    const before: RollupRow[] = [];
    const process = () => {
      let reads = 0;
      const books = new CachedPriceBooks({ list: async () => listed[Math.min(reads++, 1)] ?? [] }, () => 0);
      const gate = new MonthGate({
        months: new DynamoDBMonths(dynamo.client, 'limits', () => 0),
        spending: new Spending(books),
        count: async (_owner, _month, _ms, rating) => ({
          units: { requests: 0, items: 0, images: 0, tokens: 0 },
          prices: rating?.quantities([{ hour, rows: before }]) ?? new Map(),
        }),
        now: () => now,
        newId: () => `id-${ids++}`,
        onAlert: () => Promise.resolve(),
        onLost: fail,
      });
      return async (book: string, of = tenant): Promise<boolean> => {
        const row = { ...use({ items: 1 }), priceBook: book };
        const limits = { spend: { currency: 'EUR', minor: 100 } };
        const request = { tenant: of, limits, use: row, remainingMs: 26_000, recorded: false };
        const entry = (await gate.enter(request)) as Entry;
        if (entry.refusal === undefined) await entry.settle(eventOf(of, row));
        return entry.refusal === undefined;
      };
    };
    const [one, two] = [process(), process()];
    // The authorizer remembers for each key which book was the newest.
    expect([await one('one'), await two('two')]).toEqual([true, true]);
    expect([await one('one'), await one('one'), await two('two'), await two('two')]).toEqual([true, true, true, true]);
    // 30 + 60 cents: nothing at 20 fits.
    expect([await two('two'), await one('one'), await one('one')]).toEqual([false, true, false]);
    // And where the month begins with what the journal says.
    before.push({ ...use({ items: 5 }), priceBook: 'two' });
    expect(await process()('one', `s-${tenants++}`)).toBe(false);
  });

  test('tells of 50, 80 and 100 percent once each, the last one also when it has refused above 80', async () => {
    const { process, alerts, months, tenant } = world(priceBook({ prices: [cents('fashion', '0.3')] }), 100);
    const { run } = process();
    await run({ items: 1 });
    await run({ items: 9 });
    expect(alerts).toEqual([]);
    await run({ items: 1 });
    await run({ items: 1 });
    await Promise.all([run({ items: 1 }), run({ items: 1 })]);
    expect(alerts.map(({ percent, used }) => [percent, used])).toEqual([
      [50, '0.60'],
      [80, '0.90'],
      [100, '0.90'],
    ]);
    expect(alerts[0]).toMatchObject({ tenant, month: '2026-11', unit: 'spend', limit: '1.00', currency: 'EUR' });
    expect((await months.read(tenant, month))?.alerts).toHaveLength(3);
  });

  test('holds for a tenant with more prices than one condition can name', async () => {
    const models = Array.from({ length: 110 }, (_, index) => `model-${index}`);
    const book = priceBook({ prices: models.map((model) => cents(model, '0.01')) });
    const before = models.map((model) => use({ model, items: 1 }));
    const { process, invoiced } = world(book, 116, before);
    const outcomes = await Promise.all(
      Array.from({ length: 9 }, (_, index) => process().run({ items: 1, model: `model-${index}` })),
    );
    expect(outcomes.filter((letIn) => letIn)).toHaveLength(6);
    expect(await invoiced()).toBe(116n);
  });

  test('tells who found no place among those who come at once to come again in a second', async () => {
    const models = Array.from({ length: 101 }, (_, index) => `model-${index}`);
    const book = priceBook({ prices: models.map((model) => cents(model, '0.01')) });
    const before = models.map((model) => use({ model, items: 1 }));
    const { tenant, process } = world(book, 1000, before);
    const enter = (client?: ItemClient) => process(client).enter({ items: 1, model: 'model-1' });
    await (await enter()).release();
    // Somebody else is faster each time.
    const crowded: ItemClient = {
      getItem: (input) => dynamo.client.getItem(input),
      putItem: () => Promise.reject(new Error('puts nothing')),
      query: () => Promise.reject(new Error('queries nothing')),
      updateItem: async (input) => {
        await dynamo.client.updateItem({
          TableName: 'limits',
          Key: limitKey.month(tenant, month.name),
          UpdateExpression: 'ADD revision :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        });
        return dynamo.client.updateItem(input);
      },
    };
    expect((await enter(crowded)).refusal).toMatchObject({
      message: expect.stringMatching(/^so many requests come at once/) as string,
      violated: { policy: { name: 'spend-limit' }, left: 899, resetSeconds: 1 },
    });
  });
});

const price = fc.integer({ min: 0, max: 400 }).map((hundredths) => (hundredths / 10_000).toString());
const tiers = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 3 }),
    fc.array(price, { minLength: 4, maxLength: 4 }),
  )
  .map(([ends, prices]) => [
    ...ends.sort((a, b) => a - b).map((upTo, index) => ({ upTo, price: prices[index] ?? '0' })),
    { price: prices[3] ?? '0' },
  ]);
const size = fc.integer({ min: 1, max: 7 });
const charge = fc.oneof(
  price.map((each) => ({ kind: 'flat' as const, price: each })),
  fc.record({ kind: fc.constant('package' as const), size, price }),
  fc.record({ kind: fc.constant('graduated' as const), tiers }),
  fc.record({ kind: fc.constant('volume' as const), tiers }),
);
const model = fc.constantFrom('a', 'b', 'c');
const bookOf = fc.record({
  charges: fc.tuple(charge, charge, charge),
  included: fc.integer({ min: 0, max: 20 }),
  commitment: fc.option(
    fc.record({
      amount: fc.constantFrom('0.2', '0.5'),
      overageFactor: fc.constantFrom('1', '1.5', '2'),
      trueUp: fc.constant(false),
    }),
    { nil: undefined },
  ),
});
const bookFrom = ({ charges, included, commitment }: typeof bookOf extends fc.Arbitrary<infer B> ? B : never) =>
  priceBook({
    prices: ['a', 'b', 'c'].map((name, at) => itemPrice(name, charges[at] ?? flat('1'), included)),
    ...(commitment === undefined ? {} : { commitment }),
  });

test('whatever the prices: bounds let in what is free of them, and no way to fill them costs more than the limit, or than what is spent', () => {
  const used = fc.record({ a: fc.nat(80), b: fc.nat(80), c: fc.nat(80) });
  fc.assert(
    fc.property(
      bookOf,
      used,
      used,
      fc.nat(40),
      fc.array(fc.nat(1000), { minLength: 3, maxLength: 3 }),
      (plan, base, held, more, shares) => {
        const books = published(bookFrom(plan));
        const rating = new MonthRating(books, new Currency('EUR'), termsOf(books, 'pro', now));
        const keys = ['a', 'b', 'c'].map((_, at) => `one/pro/prices[${at}]`);
        const quantities = (of: typeof base) => new Map(keys.map((key, at) => [key, Object.values(of)[at] ?? 0]));
        const least = (of: typeof base) =>
          new Map([...quantities(of)].map(([key, n]) => [key, Math.min(n, quantities(base).get(key) ?? 0)]));
        const wanted = new Map([[keys[0] ?? '', more]]);
        const limit = 300n;
        const bounds = spendBounds(rating, { used: quantities(base), held: least(held) }, wanted, limit);
        if (bounds === undefined) {
          // With nothing that could be given back, only what costs too much is refused.
          const after = new Map([...quantities(base)].map(([key, n]) => [key, n + (wanted.get(key) ?? 0)]));
          const none = spendBounds(rating, { used: quantities(base), held: new Map() }, wanted, limit);
          const humps = plan.charges.some(({ kind }) => kind === 'volume');
          if (none === undefined && !humps) expect(rating.spent(after)).toBeGreaterThan(limit);
          return;
        }
        const filled = new Map(
          keys.map((key, at) => {
            const low = (quantities(base).get(key) ?? 0) - (least(held).get(key) ?? 0);
            const high = Math.min(bounds.get(key) ?? 0, low + 100_000);
            return [key, low + Math.floor(((high - low) * (shares[at] ?? 0)) / 1000)];
          }),
        );
        const spent = keys.reduce((sum, key) => {
          const used = quantities(base).get(key) ?? 0;
          return sum + rating.lineMax(key, used - (least(held).get(key) ?? 0), used);
        }, 0n);
        const most = rating.withOverage(spent);
        expect(rating.spent(filled)).toBeLessThanOrEqual(most > limit ? most : limit);
        for (const [key, bound] of bounds) {
          expect(bound).toBeGreaterThanOrEqual((quantities(base).get(key) ?? 0) + (wanted.get(key) ?? 0));
        }
      },
    ),
    { numRuns: 150 },
  );
});

const life = fc.record({
  model,
  items: fc.integer({ min: 1, max: 12 }),
  end: fc.constantFrom('settle', 'settle', 'release', 'fail late'),
  process: fc.nat(2),
});

test('whatever requests do, in whatever order: the draft never says more than the limit, and the counter what the draft says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      bookOf,
      fc.array(life, { minLength: 3, maxLength: 10 }),
      async (scheduler, plan, lives) => {
        const minor = 40;
        const { tenant, process, counted } = world(bookFrom(plan), minor);
        const step = scheduler.scheduleFunction(() => Promise.resolve());
        const client: ItemClient = {
          getItem: (input) => step().then(() => dynamo.client.getItem(input)),
          updateItem: (input) => step().then(() => dynamo.client.updateItem(input)),
          putItem: () => Promise.reject(new Error('puts nothing')),
          query: () => Promise.reject(new Error('queries nothing')),
        };
        const processes = [process(client), process(client), process(client)];
        const rows: RollupRow[] = [];
        const one = async ({ model: name, items, end, process: at }: (typeof lives)[number]): Promise<void> => {
          const entry = await processes[at]?.enter({ model: name, items });
          if (entry === undefined || entry.refusal !== undefined) return;
          await step();
          if (end === 'release') return entry.release();
          const row = use({ model: name, items });
          await entry.settle(eventOf(tenant, row));
          if (end === 'fail late') return entry.release();
          rows.push(row);
        };
        await scheduler.waitFor(Promise.all(lives.map(one)));
        const draft = await draftOf(published(bookFrom(plan)), rows);
        expect(await counted()).toBe(draft);
        expect(draft).toBeLessThanOrEqual(BigInt(minor));
      },
    ),
    { numRuns: 25 },
  );
});
