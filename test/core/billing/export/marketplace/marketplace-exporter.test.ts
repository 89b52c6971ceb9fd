import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MarketplaceDimension } from '../../../../../core/billing/export/marketplace/marketplace-connection.ts';
import type { AgreementOf } from '../../../../../local/marketplace/agreement.ts';
import { license, startMarketplace } from '../../../../local/marketplace/start-marketplace.ts';
import { startDynamoDB, type TestDynamoDB } from '../../../storage/dynamodb.ts';
import { itemPrice, priceBook, published, row } from '../../books.ts';
import { Death, Telling } from './telling.ts';

const hourMs = 3_600_000;
const delivered = { kind: 'delivered' };
const items = { dimension: 'items', unit: 'items', per: 1 } as const;
const thousands = { dimension: 'kitems', unit: 'items', per: 1000 } as const;
const fee = { dimension: 'usage_fee', cost: true, per: '0.01' } as const;
const agreement = { product: 'p', active: true };

let dynamo: TestDynamoDB;
let marketplace: Awaited<ReturnType<typeof startMarketplace>>;
let agreementOf: AgreementOf;
let unprocessed: boolean;
let failure: 'throttled' | 'failed' | 'answer lost' | undefined;
beforeEach(async () => {
  agreementOf = () => agreement;
  unprocessed = false;
  failure = undefined;
  dynamo = await startDynamoDB();
  marketplace = await startMarketplace({
    agreementOf: (arn) => agreementOf(arn),
    faults: { unprocessed: () => unprocessed, failure: () => failure },
  });
  marketplace.clock.now = new Date('2026-11-22T10:20:00Z');
});
afterEach(async () => {
  await marketplace.stop();
  await dynamo.stop();
});

const telling = (dimensions: readonly MarketplaceDimension[], options = {}): Telling =>
  new Telling({ tenant: 'acme', dynamo: dynamo.client, marketplace, dimensions, ...options });
const used = (count: number) => row({ units: { requests: 1, items: count } });
const laterBy = (hours: number): void => {
  marketplace.clock.now = new Date(marketplace.clock.now.getTime() + hours * hourMs);
};
const records = () => marketplace.recorded().map(({ dimension, hour, quantity }) => [dimension, hour, quantity]);

test('an hour is told in its own hour, and what is left of a rounding goes with the next', async () => {
  const acme = telling([items, thousands]);
  acme.set('2026-11-22T09', used(1500));
  expect(await acme.deliver()).toEqual(delivered);
  laterBy(1);
  acme.set('2026-11-22T10', used(600));
  expect(await acme.deliver()).toEqual(delivered);
  expect(records()).toEqual([
    ['items', '2026-11-22T09', 1500],
    ['kitems', '2026-11-22T09', 1],
    ['items', '2026-11-22T10', 600],
    ['kitems', '2026-11-22T10', 1],
  ]);
  expect(marketplace.recorded()[0]).toMatchObject({ account: '111122223333', license });
});

test('late usage is told in an hour that has no record yet, and a void is made up for by usage to come', async () => {
  const acme = telling([items]);
  acme.set('2026-11-22T09', used(10));
  await acme.deliver();
  acme.set('2026-11-20T03', used(5));
  acme.set('2026-11-22T09', used(7));
  expect(await acme.deliver()).toEqual(delivered);
  acme.set('2026-11-22T09', used(0));
  expect(await acme.deliver()).toEqual(delivered);
  acme.set('2026-11-22T08', used(9));
  expect(await acme.deliver()).toEqual(delivered);
  expect(records()).toEqual([
    ['items', '2026-11-22T09', 10],
    ['items', '2026-11-22T08', 2],
    // 5 + 9 were used, 12 told.
    ['items', '2026-11-22T07', 2],
  ]);
});

test.each([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5])('who dies after %s calls tells nothing twice', async (callsLeft) => {
  const acme = telling([items, thousands]);
  acme.set('2026-11-22T09', used(1500));
  acme.callsLeft = callsLeft;
  await expect(acme.deliver()).rejects.toThrow(Death);
  acme.callsLeft = Number.POSITIVE_INFINITY;
  acme.set('2026-11-22T09', used(1700));
  laterBy(1);
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 1700n, kitems: 1n });
  expect(acme.statuses).not.toContain('DuplicateRecord');
});

test('what is left unprocessed, throttled or not answered is told later, as it was', async () => {
  const acme = telling([items]);
  acme.set('2026-11-22T09', used(10));
  unprocessed = true;
  expect(await acme.deliver()).toMatchObject({ kind: 'later', reason: expect.stringContaining('unprocessed') });
  unprocessed = false;
  for (failure of ['throttled', 'failed', 'answer lost'] as const) {
    expect(await acme.deliver()).toMatchObject({ kind: 'later' });
    acme.set('2026-11-22T09', used(20));
  }
  failure = undefined;
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 20n });
  expect(acme.statuses).toEqual(['Success', 'Success']);
});

test('while the Marketplace is away nothing more is planned, and afterwards all of it is told', async () => {
  const acme = telling([items]);
  acme.set('2026-11-22T09', used(1));
  failure = 'failed';
  for (let hour = 10; hour < 16; hour += 1) {
    expect(await acme.deliver()).toMatchObject({ kind: 'later' });
    laterBy(1);
    acme.set(`2026-11-22T${hour}`, used(1));
  }
  failure = undefined;
  expect(await acme.deliver()).toEqual(delivered);
  expect(records()).toEqual([
    ['items', '2026-11-22T09', 1],
    ['items', '2026-11-22T15', 6],
  ]);
});

test('a record that was never answered until its hour closed is held to count, and named', async () => {
  const acme = telling([items]);
  acme.set('2026-11-22T09', used(10));
  failure = 'answer lost';
  await acme.deliver();
  failure = undefined;
  laterBy(24);
  acme.set('2026-11-23T09', used(1));
  expect(await acme.deliver()).toMatchObject({
    kind: 'rejected',
    reason: expect.stringMatching(/held to count: 10 of items in 2026-11-22T09\. Look for them/),
  });
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 11n });
});

test('of a buyer without agreement usage is refused with advice, and told when there is one again', async () => {
  const acme = telling([items]);
  agreementOf = () => ({ ...agreement, active: false });
  acme.set('2026-11-22T09', used(10));
  expect(await acme.deliver()).toMatchObject({
    kind: 'rejected',
    reason: expect.stringContaining('no active agreement'),
  });
  laterBy(22);
  acme.set('2026-11-23T07', used(5));
  expect(await acme.deliver()).toMatchObject({ kind: 'rejected' });
  laterBy(3);
  agreementOf = () => agreement;
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  // The first became too old, and is told in a newer hour.
  expect(records()).toEqual([
    ['items', '2026-11-23T07', 5],
    ['items', '2026-11-23T06', 10],
  ]);
  expect(acme.lines).toMatchObject([{ message: expect.stringContaining('planned anew'), detail: { quantity: 10 } }]);
});

test('another quantity in an hour of ours is refused loudly; the rest is told, and that too when the hour has closed', async () => {
  const acme = telling([items, thousands]);
  await marketplace.meter({ Dimension: 'items', Quantity: 4 });
  acme.set('2026-11-22T09', used(1500));
  expect(await acme.deliver()).toMatchObject({
    kind: 'rejected',
    reason: expect.stringContaining('find who else meters this license'),
  });
  expect(acme.recorded()).toEqual({ items: 4n, kitems: 1n });
  laterBy(25);
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 1504n, kitems: 1n });
});

test.each([
  ['InvalidLicenseException', undefined, 'link the tenant anew'],
  ['InvalidUsageDimensionException', { ...agreement, dimensions: ['kitems'] }, 'no such dimension'],
])('%s keeps nothing else from being told', async (_, found, advice) => {
  const acme = telling([items, thousands]);
  agreementOf = () => found;
  acme.set('2026-11-22T09', used(1500));
  expect(await acme.deliver()).toMatchObject({ kind: 'rejected', reason: expect.stringContaining(advice) });
  expect(acme.recorded()).toEqual(found === undefined ? {} : { kitems: 1n });
  agreementOf = () => agreement;
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 1500n, kitems: 1n });
});

test('one record out of bounds keeps no other from being told', async () => {
  const acme = telling([items, thousands]);
  // The exporter's clock is ahead, so that the Marketplace has yet to reach the hour that was added up ahead of time.
  acme.aheadMs = hourMs;
  acme.set('2026-11-22T09', used(900));
  await acme.deliver();
  acme.set('2026-11-22T11', used(100));
  acme.from = '2026-11-01T00';
  expect(await acme.deliver()).toMatchObject({ kind: 'later', reason: expect.stringContaining('planned anew') });
  laterBy(1);
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 1000n, kitems: 1n });
});

test('usage of the last month is told in it until six, and in the new one after', async () => {
  const acme = telling([items]);
  marketplace.clock.now = new Date('2026-12-01T00:20:00Z');
  acme.set('2026-11-30T23', used(10));
  expect(await acme.deliver()).toEqual(delivered);
  marketplace.clock.now = new Date('2026-12-01T04:20:00Z');
  acme.set('2026-12-01T03', used(1));
  acme.set('2026-11-30T22', used(20));
  expect(await acme.deliver()).toEqual(delivered);
  marketplace.clock.now = new Date('2026-12-01T06:20:00Z');
  acme.set('2026-11-30T21', used(300));
  expect(await acme.deliver()).toEqual(delivered);
  expect(records()).toEqual([
    ['items', '2026-11-30T23', 10],
    ['items', '2026-11-30T22', 20],
    ['items', '2026-12-01T03', 1],
    ['items', '2026-12-01T02', 300],
  ]);
});

test('a record that the end of the month cut off is told in the new month', async () => {
  const acme = telling([items]);
  marketplace.clock.now = new Date('2026-12-01T00:20:00Z');
  unprocessed = true;
  acme.set('2026-11-30T23', used(10));
  await acme.deliver();
  unprocessed = false;
  marketplace.clock.now = new Date('2026-12-01T06:05:00Z');
  expect(await acme.deliver()).toMatchObject({ kind: 'later' });
  marketplace.clock.now = new Date('2026-12-01T06:15:00Z');
  expect(await acme.deliver()).toEqual(delivered);
  expect(records()).toEqual([['items', '2026-12-01T00', 10]]);
});

test('quantities of any size are exact, in as many hours as they need', async () => {
  const acme = telling([items, { ...items, dimension: 'mega', per: 1_000_000 }]);
  acme.set('2026-11-22T09', ...Array.from({ length: 3 }, () => used(2 ** 31 - 1)));
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 3n * (2n ** 31n - 1n), mega: 6442n });
  acme.set('2026-11-22T08', used(Number.MAX_SAFE_INTEGER));
  // There are 24 hours in the window, each with room for 31 bits.
  expect(await acme.deliver()).toMatchObject({ kind: 'later', afterSeconds: 2400 });
  expect(acme.recorded()).toMatchObject({ mega: (2n ** 53n - 1n + 3n * (2n ** 31n - 1n)) / 1_000_000n });
});

test('more dimensions than a request holds are told in several', async () => {
  const many = Array.from({ length: 50 }, (_, index) => ({ ...items, dimension: `d${index}` }));
  const acme = telling(many);
  acme.set('2026-11-22T09', used(3));
  expect(await acme.deliver()).toEqual(delivered);
  expect(records()).toHaveLength(50);
});

test("the fee is the month's amount by the price book, its minimum included, from the link on", async () => {
  const prices = [itemPrice('fashion', { kind: 'flat', price: '0.001' }, 1000)];
  const books = published(priceBook({ prices, plans: { pro: { minimum: '5.00' } } }));
  const acme = telling([fee], { books, from: '2026-11-22T00' });
  // Before the link.
  acme.set('2026-11-21T09', used(50_000));
  acme.set('2026-11-22T09', used(2000));
  await acme.deliver();
  expect(acme.recorded()).toEqual({ usage_fee: 500n });
  acme.set('2026-11-22T08', used(5555));
  await acme.deliver();
  expect(acme.recorded()).toEqual({ usage_fee: 656n });
});

test('a license that is linked again goes on later, and never tells an hour twice', async () => {
  const acme = telling([items]);
  acme.set('2026-11-22T07', used(10));
  await acme.deliver();
  acme.set('2026-11-22T08', used(99));
  acme.set('2026-11-22T09', used(1));
  acme.from = '2026-11-22T07';
  expect(await acme.deliver()).toMatchObject({
    kind: 'rejected',
    reason: expect.stringContaining('up to 2026-11-22T07'),
  });
  acme.from = '2026-11-22T09';
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(records()).toEqual([
    ['items', '2026-11-22T07', 10],
    ['items', '2026-11-22T09', 1],
  ]);
});

test('what was told under one license is not told again under the next', async () => {
  const acme = telling([items], { from: '2026-11-22T07' });
  acme.set('2026-11-22T08', used(10));
  await acme.deliver();
  acme.license = `${license}-2`;
  acme.retry();
  expect(await acme.deliver()).toMatchObject({
    kind: 'rejected',
    reason: expect.stringContaining('up to 2026-11-22T08'),
  });
  acme.set('2026-11-22T09', used(1));
  acme.from = '2026-11-22T09';
  expect(await acme.deliver()).toEqual(delivered);
  expect(marketplace.recorded()).toMatchObject([
    { license, quantity: 10 },
    { license: `${license}-2`, quantity: 1 },
  ]);
});

test('a dimension that comes to mean something else is refused, not told in mixed units', async () => {
  const acme = telling([items]);
  acme.set('2026-11-22T09', used(10));
  await acme.deliver();
  const changed = telling([{ ...items, per: 2 }]);
  changed.set('2026-11-22T09', used(20));
  expect(await changed.deliver()).toMatchObject({
    kind: 'rejected',
    reason: expect.stringContaining('was items by 1 of all models on all hardware and is items by 2'),
  });
});

test('a dimension that is added counts from the running month on', async () => {
  const before = telling([items], { from: '2026-10-01T00' });
  before.set('2026-10-31T09', used(5));
  before.set('2026-11-22T08', used(10));
  await before.deliver();
  const after = telling([items, { ...items, dimension: 'added' }], { from: '2026-10-01T00' });
  after.set('2026-10-31T09', used(6));
  after.set('2026-11-22T08', used(10));
  expect(await after.deliver()).toEqual(delivered);
  expect(after.recorded()).toEqual({ items: 16n, added: 10n });
});

test('who has lost the lease changes nothing', async () => {
  const acme = telling([items]);
  acme.set('2026-11-22T09', used(10));
  const slow = telling([items]);
  slow.set('2026-11-22T09', used(4));
  // Both have read; the faster writes first.
  const results = await Promise.allSettled([acme.deliver(), slow.deliver()]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(records()).toHaveLength(1);
});
