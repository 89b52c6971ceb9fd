import { expect, test } from 'vitest';
import { license } from '../../../../local/marketplace/start-marketplace.ts';
import { itemPrice, priceBook, published } from '../../books.ts';
import { Death } from './telling.ts';
import { delivered, items, thousands, used, World } from './world.ts';

const fee = { dimension: 'usage_fee', cost: true, per: '0.01' } as const;
const world = new World();

test('an hour is told in its own hour, and what is left of a rounding goes with the next', async () => {
  const acme = world.telling([items, thousands]);
  acme.set('2026-11-22T09', used(1500));
  expect(await acme.deliver()).toEqual(delivered);
  world.laterBy(1);
  acme.set('2026-11-22T10', used(600));
  expect(await acme.deliver()).toEqual(delivered);
  expect(world.records()).toEqual([
    ['items', '2026-11-22T09', 1500],
    ['kitems', '2026-11-22T09', 1],
    ['items', '2026-11-22T10', 600],
    ['kitems', '2026-11-22T10', 1],
  ]);
  expect(world.marketplace.recorded()[0]).toMatchObject({ account: '111122223333', license });
});

test('late usage is told in an hour that has no record yet, and a void is made up for by usage to come', async () => {
  const acme = world.telling([items]);
  acme.set('2026-11-22T09', used(10));
  await acme.deliver();
  acme.set('2026-11-20T03', used(5));
  acme.set('2026-11-22T09', used(7));
  expect(await acme.deliver()).toEqual(delivered);
  acme.set('2026-11-22T09', used(0));
  expect(await acme.deliver()).toEqual(delivered);
  acme.set('2026-11-22T08', used(9));
  expect(await acme.deliver()).toEqual(delivered);
  expect(world.records()).toEqual([
    ['items', '2026-11-22T09', 10],
    ['items', '2026-11-22T08', 2],
    // 5 + 9 were used, 12 told.
    ['items', '2026-11-22T07', 2],
  ]);
});

test.each([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5])('who dies after %s calls tells nothing twice', async (callsLeft) => {
  const acme = world.telling([items, thousands]);
  acme.set('2026-11-22T09', used(1500));
  acme.callsLeft = callsLeft;
  await expect(acme.deliver()).rejects.toThrow(Death);
  acme.callsLeft = Number.POSITIVE_INFINITY;
  acme.set('2026-11-22T09', used(1700));
  world.laterBy(1);
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 1700n, kitems: 1n });
  expect(acme.statuses).not.toContain('DuplicateRecord');
});

test('usage of the last month is told in it until six, and in the new one after', async () => {
  const acme = world.telling([items]);
  world.marketplace.clock.now = new Date('2026-12-01T00:20:00Z');
  acme.set('2026-11-30T23', used(10));
  expect(await acme.deliver()).toEqual(delivered);
  world.marketplace.clock.now = new Date('2026-12-01T04:20:00Z');
  acme.set('2026-12-01T03', used(1));
  acme.set('2026-11-30T22', used(20));
  expect(await acme.deliver()).toEqual(delivered);
  world.marketplace.clock.now = new Date('2026-12-01T06:20:00Z');
  acme.set('2026-11-30T21', used(300));
  expect(await acme.deliver()).toEqual(delivered);
  expect(world.records()).toEqual([
    ['items', '2026-11-30T23', 10],
    ['items', '2026-11-30T22', 20],
    ['items', '2026-12-01T03', 1],
    ['items', '2026-12-01T02', 300],
  ]);
});

test('a record that the end of the month cut off is told in the new month', async () => {
  const acme = world.telling([items]);
  world.marketplace.clock.now = new Date('2026-12-01T00:20:00Z');
  world.unprocessed = true;
  acme.set('2026-11-30T23', used(10));
  await acme.deliver();
  world.unprocessed = false;
  world.marketplace.clock.now = new Date('2026-12-01T06:05:00Z');
  expect(await acme.deliver()).toMatchObject({ kind: 'later' });
  world.marketplace.clock.now = new Date('2026-12-01T06:15:00Z');
  expect(await acme.deliver()).toEqual(delivered);
  expect(world.records()).toEqual([['items', '2026-12-01T00', 10]]);
});

test('quantities of any size are exact, in as many hours as they need', async () => {
  const acme = world.telling([items, { ...items, dimension: 'mega', per: 1_000_000 }]);
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
  const acme = world.telling(many);
  acme.set('2026-11-22T09', used(3));
  expect(await acme.deliver()).toEqual(delivered);
  expect(world.records()).toHaveLength(50);
});

test("the fee is the month's amount by the price book, its minimum included, from the link on", async () => {
  const prices = [itemPrice('fashion', { kind: 'flat', price: '0.001' }, 1000)];
  const books = published(priceBook({ prices, plans: { pro: { minimum: '5.00' } } }));
  const acme = world.telling([fee], { books, from: '2026-11-22T00' });
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
  const acme = world.telling([items]);
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
  expect(world.records()).toEqual([
    ['items', '2026-11-22T07', 10],
    ['items', '2026-11-22T09', 1],
  ]);
});

test('what was told under one license is not told again under the next', async () => {
  const acme = world.telling([items], { from: '2026-11-22T07' });
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
  expect(world.marketplace.recorded()).toMatchObject([
    { license, quantity: 10 },
    { license: `${license}-2`, quantity: 1 },
  ]);
});

test('a dimension that comes to mean something else is refused, not told in mixed units', async () => {
  const acme = world.telling([items]);
  acme.set('2026-11-22T09', used(10));
  await acme.deliver();
  const changed = world.telling([{ ...items, per: 2 }]);
  changed.set('2026-11-22T09', used(20));
  expect(await changed.deliver()).toMatchObject({
    kind: 'rejected',
    reason: expect.stringContaining('was items by 1 of all models on all hardware and is items by 2'),
  });
});

test('a dimension that is added counts from the running month on', async () => {
  const before = world.telling([items], { from: '2026-10-01T00' });
  before.set('2026-10-31T09', used(5));
  before.set('2026-11-22T08', used(10));
  await before.deliver();
  const after = world.telling([items, { ...items, dimension: 'added' }], { from: '2026-10-01T00' });
  after.set('2026-10-31T09', used(6));
  after.set('2026-11-22T08', used(10));
  expect(await after.deliver()).toEqual(delivered);
  expect(after.recorded()).toEqual({ items: 16n, added: 10n });
});

test('who has lost the lease changes nothing', async () => {
  const acme = world.telling([items]);
  acme.set('2026-11-22T09', used(10));
  const slow = world.telling([items]);
  slow.set('2026-11-22T09', used(4));
  // Both have read; the faster writes first.
  const results = await Promise.allSettled([acme.deliver(), slow.deliver()]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(world.records()).toHaveLength(1);
});
