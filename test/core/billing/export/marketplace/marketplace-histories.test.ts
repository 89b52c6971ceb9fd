import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MarketplaceDimension } from '../../../../../core/billing/export/marketplace/marketplace-connection.ts';
import { MarketplaceStates } from '../../../../../core/billing/export/marketplace/marketplace-states.ts';
import { toldHours } from '../../../../../core/billing/export/marketplace/told-hours.ts';
import { nextHour, usageHour } from '../../../../../core/metering/usage-hour.ts';
import { startMarketplace } from '../../../../local/marketplace/start-marketplace.ts';
import { startDynamoDB, type TestDynamoDB } from '../../../storage/dynamodb.ts';
import { itemPrice, priceBook, published, row } from '../../books.ts';
import { Death, Telling } from './telling.ts';

const minuteMs = 60_000;
const faults = {
  unprocessed: () => false,
  failure: (): 'throttled' | 'failed' | 'answer lost' | undefined => undefined,
};
let dynamo: TestDynamoDB;
let states: MarketplaceStates;
let marketplace: Awaited<ReturnType<typeof startMarketplace>>;
beforeAll(async () => {
  dynamo = await startDynamoDB();
  states = new MarketplaceStates(dynamo.client, 'exports');
  marketplace = await startMarketplace({
    faults: { unprocessed: () => faults.unprocessed(), failure: () => faults.failure() },
  });
});
afterAll(async () => {
  await marketplace.stop();
  await dynamo.stop();
});

const dimensions: readonly MarketplaceDimension[] = [
  { dimension: 'items', unit: 'items', per: 1 },
  { dimension: 'kitems', unit: 'items', per: 1000 },
  { dimension: 'other', unit: 'items', per: 10, model: 'other' },
  { dimension: 'usage_fee', cost: true, per: '0.01' },
];
const books = published(
  priceBook({
    validFrom: '2026-01-01T00:00:00Z',
    prices: [itemPrice('fashion', { kind: 'flat', price: '0.0007' })],
    plans: { pro: { minimum: '3.00' } },
  }),
);

/** Something that happens, some time after what happened before. */
const happening = fc.record({
  // An outage among them.
  afterMinutes: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 5, max: 150 }) },
    fc.integer({ min: 600, max: 1500 }),
  ),
  items: fc.integer({ min: 0, max: 3000 }),
  // Positive: comes late. Negative: is voided.
  late: fc.record({ hoursAgo: fc.integer({ min: 2, max: 40 }), items: fc.integer({ min: -2000, max: 2000 }) }),
  callsLeft: fc.option(fc.constantFrom(0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4), { nil: Number.POSITIVE_INFINITY }),
  renewed: fc.constantFrom(false, false, false, true),
  unprocessed: fc.option(fc.infiniteStream(fc.boolean()), { nil: undefined, freq: 3 }),
  failure: fc.option(fc.constantFrom('throttled', 'failed', 'answer lost'), { nil: undefined, freq: 3 }),
});

const placeOf = ({ license, dimension, hour }: { license?: unknown; dimension?: unknown; hour?: unknown }): string =>
  `${String(license)} ${String(dimension)} ${String(hour)}`;
let cases = 0;

test('the Marketplace counts what was used, rounded down, whatever came late, was voided, renewed, died, or was not answered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 5, maxLength: 18 }), async (history) => {
      cases += 1;
      const tenant = `t-${cases}`;
      const from = '2026-11-29T00';
      const first = `arn:aws:license-manager::111122223333:license:l-${cases}`;
      const licenses = new Set([first]);
      const telling = new Telling({
        tenant,
        dynamo: dynamo.client,
        marketplace,
        dimensions,
        books,
        from,
        license: first,
      });
      const items = new Map<string, { fashion: number; other: number }>();
      const use = (hour: string, count: number): void => {
        if (hour < from) return;
        const known = items.get(hour) ?? { fashion: 0, other: 0 };
        const next = { fashion: Math.max(0, known.fashion + count), other: known.other + (count > 0 ? 7 : 0) };
        items.set(hour, next);
        telling.set(
          hour,
          row({ units: { requests: 1, items: next.fashion } }),
          row({ model: 'other', units: { requests: 1, items: next.other } }),
        );
      };
      const hourAgo = (hours: number): string =>
        usageHour(new Date(marketplace.clock.now.getTime() - hours * 60 * minuteMs));
      marketplace.clock.now = new Date('2026-11-29T03:20:00Z');
      for (const { afterMinutes, items: count, late, renewed, callsLeft, unprocessed, failure } of history) {
        marketplace.clock.now = new Date(marketplace.clock.now.getTime() + afterMinutes * minuteMs);
        use(hourAgo(1), count);
        use(hourAgo(late.hoursAgo), late.items);
        telling.callsLeft = callsLeft;
        faults.unprocessed = () => unprocessed?.next().value ?? false;
        faults.failure = () => failure;
        try {
          await telling.deliver();
        } catch (error) {
          if (!(error instanceof Death)) throw error;
        }
        if (renewed) {
          const told = [...(await states.read(tenant)).values()].flatMap(toldHours).map(({ to }) => to);
          if (told.length > 0) telling.from = nextHour(told.reduce((a, b) => (a > b ? a : b)));
          telling.license = `${first}-${licenses.size}`;
          licenses.add(telling.license);
        }
      }
      // What was voided is made up for, and everything gets through.
      telling.callsLeft = Number.POSITIVE_INFINITY;
      faults.unprocessed = () => false;
      faults.failure = () => undefined;
      use(hourAgo(1), 50_000);
      for (let run = 0; run < 30 && telling.waits; run += 1) {
        await telling.deliver();
        marketplace.clock.now = new Date(marketplace.clock.now.getTime() + 60 * minuteMs);
      }
      // Once more for those who have been told to look for a record and retry.
      for (let run = 0; run < 2; run += 1) {
        telling.retry();
        await telling.deliver();
      }
      telling.retry();
      expect(await telling.deliver()).toEqual({ kind: 'delivered' });

      // A call whose answer was lost for as long as the hour was open may have counted or not: these are named, and only these can be missing.
      const recorded = new Map<string, bigint>();
      const add = (dimension: unknown, quantity: unknown): void =>
        void recorded.set(String(dimension), (recorded.get(String(dimension)) ?? 0n) + BigInt(Number(quantity)));
      const counted = new Set(marketplace.recorded().map((each) => placeOf(each)));
      for (const each of marketplace.recorded()) if (licenses.has(each.license)) add(each.dimension, each.quantity);
      for (const { message, detail } of telling.lines) {
        const { dimension, quantity } = detail;
        const place = placeOf(detail);
        if (!message.includes('never answered') || counted.has(place)) continue;
        counted.add(place);
        add(dimension, quantity);
      }
      const sum = (of: 'fashion' | 'other', month = ''): number =>
        [...items].reduce((total, [hour, each]) => total + (hour.startsWith(month) ? each[of] : 0), 0);
      const all = sum('fashion') + sum('other');
      // 0.0007 each, rounded once for each month, and its minimum.
      const months = new Set([...items.keys()].map((hour) => hour.slice(0, 7)));
      const cents = [...months].map((month) => Math.max(300, Math.round((sum('fashion', month) * 7) / 100)));
      expect(Object.fromEntries(recorded)).toEqual({
        items: BigInt(all),
        kitems: BigInt(Math.floor(all / 1000)),
        ...(sum('other') < 10 ? {} : { other: BigInt(Math.floor(sum('other') / 10)) }),
        usage_fee: BigInt(cents.reduce((a, b) => a + b)),
      });
      expect(telling.statuses).not.toContain('DuplicateRecord');
    }),
    { numRuns: 8, endOnFailure: true },
  );
});
