import { expect, test } from 'vitest';
import { license } from '../../../../local/marketplace/start-marketplace.ts';
import { itemPrice, priceBook, published, row } from '../../books.ts';
import { agreement, delivered, items, thousands, used, World } from './world.ts';

const renewed = `${license}-2`;
const fee = { dimension: 'usage_fee', cost: true, per: '0.01' } as const;
const world = new World();

/** What counts of a dimension, by license. */
const told = (dimension: string): readonly (readonly [string, string, number])[] =>
  world.marketplace
    .recorded()
    .filter((record) => record.dimension === dimension)
    .map((record) => [record.license.slice(license.length), record.hour, record.quantity]);

test('the rest of a rounding goes with the renewed license', async () => {
  const acme = world.telling([thousands], { from: '2026-11-22T07' });
  acme.set('2026-11-22T08', used(1500));
  await acme.deliver();
  acme.license = renewed;
  acme.from = '2026-11-22T09';
  acme.set('2026-11-22T09', used(600));
  expect(await acme.deliver()).toEqual(delivered);
  expect(told('kitems')).toEqual([
    ['', '2026-11-22T08', 1],
    ['-2', '2026-11-22T09', 1],
  ]);
});

test('what a license that has ended still waits with is told under the next, also when it is tried again', async () => {
  const acme = world.telling([items], { from: '2026-11-22T07' });
  acme.set('2026-11-22T07', used(3));
  await acme.deliver();
  world.agreementOf = (arn) => ({ ...agreement, active: arn !== license });
  acme.set('2026-11-22T08', used(10));
  expect(await acme.deliver()).toMatchObject({ kind: 'rejected', reason: expect.stringContaining('another license') });
  acme.license = renewed;
  acme.from = '2026-11-22T09';
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  acme.set('2026-11-22T09', used(1));
  expect(await acme.deliver()).toEqual(delivered);
  expect(told('items')).toEqual([
    ['', '2026-11-22T07', 3],
    ['-2', '2026-11-22T09', 10],
    ['-2', '2026-11-22T10', 1],
  ]);
});

test('late usage and voids of hours that the license before was told of are told under the next', async () => {
  const acme = world.telling([items], { from: '2026-11-22T07' });
  acme.set('2026-11-22T07', used(10));
  acme.set('2026-11-22T08', used(10));
  await acme.deliver();
  acme.license = renewed;
  acme.from = '2026-11-22T09';
  acme.set('2026-11-22T07', used(15));
  acme.set('2026-11-22T08', used(8));
  expect(await acme.deliver()).toEqual(delivered);
  expect(told('items').slice(1)).toEqual([['-2', '2026-11-22T09', 3]]);
});

test('a month under two licenses has one minimum, and its included units and tiers once', async () => {
  const tiers = [{ upTo: 2000, price: '0.01' }, { price: '0.001' }];
  const books = published(
    priceBook({
      prices: [itemPrice('fashion', { kind: 'graduated', tiers }, 1000)],
      plans: { pro: { minimum: '5.00' } },
    }),
  );
  const acme = world.telling([fee], { books, from: '2026-11-01T00' });
  acme.set('2026-11-22T08', used(1100));
  await acme.deliver();
  expect(told('usage_fee')).toEqual([['', '2026-11-22T08', 500]]);
  acme.license = renewed;
  acme.from = '2026-11-22T09';
  acme.set('2026-11-22T09', used(2900));
  expect(await acme.deliver()).toEqual(delivered);
  // 2000 at 0.01 and 1000 at 0.001 are 21.00, of which 5.00 were told.
  expect(told('usage_fee').slice(1)).toEqual([['-2', '2026-11-22T09', 1600]]);
});

test('a month is rated by the plan and the price book of its usage, whatever comes later', async () => {
  const prices = [itemPrice('fashion', { kind: 'flat', price: '0.01' })];
  const [one, two] = published(
    priceBook({ prices, plans: { pro: { minimum: '5.00' } } }),
    priceBook({ version: 'two', prices, plans: { pro: { minimum: '9.00' }, free: { minimum: '1.00' } } }),
  );
  if (one === undefined || two === undefined) throw new Error('no books');
  const of = (plan: string, priceBookOf: string, count: number) =>
    row({ plan, priceBook: priceBookOf, units: { requests: 1, items: count } });
  const books = [one];
  const acme = world.telling([fee], { books });
  acme.set('2026-11-22T08', of('pro', 'one', 100));
  await acme.deliver();
  world.marketplace.clock.now = new Date('2026-12-03T02:20:00Z');
  // Valid from November too, but published after.
  books.push(two);
  acme.set('2026-12-03T01', of('free', 'two', 20));
  acme.set('2026-11-22T08', of('pro', 'one', 600));
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ usage_fee: 700n });
});

test('a record that the license before never got an answer for is held to count, and named once', async () => {
  const acme = world.telling([items], { from: '2026-11-22T07' });
  acme.set('2026-11-22T08', used(10));
  world.failure = 'answer lost';
  await acme.deliver();
  world.failure = undefined;
  acme.license = renewed;
  acme.from = '2026-11-22T09';
  acme.set('2026-11-22T09', used(1));
  expect(await acme.deliver()).toMatchObject({
    kind: 'rejected',
    reason: expect.stringMatching(/held to count: .* 10 of items in 2026-11-22T08$/),
  });
  expect(acme.lines).toMatchObject([{ message: expect.stringContaining('never answered'), detail: { license } }]);
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(told('items')).toEqual([
    ['', '2026-11-22T08', 10],
    ['-2', '2026-11-22T09', 1],
  ]);
});

test('another account is not charged for what the one before still owes: that is named once, to be charged by hand', async () => {
  const acme = world.telling([items, thousands], { from: '2026-11-22T06' });
  acme.set('2026-11-22T06', used(7));
  await acme.deliver();
  world.agreementOf = (arn) => ({ ...agreement, active: arn !== license });
  acme.set('2026-11-22T07', used(13));
  await acme.deliver();
  acme.license = renewed;
  acme.account = '444455556666';
  acme.from = '2026-11-22T09';
  acme.set('2026-11-22T09', used(1));
  expect(await acme.deliver()).toMatchObject({
    kind: 'rejected',
    reason: 'another account was not told of 13 of items: charge that by hand, then retry',
  });
  acme.retry();
  const another = { kind: 'rejected', reason: expect.stringContaining('another account was told of this hour') };
  expect(await acme.outcomes()).toEqual([another, another, delivered]);
  expect(told('items')).toEqual([
    ['', '2026-11-22T06', 7],
    ['-2', '2026-11-22T09', 1],
  ]);
});

test('a license that was mistyped can be put right from the same hour on, and nothing is missing', async () => {
  const acme = world.telling([items], { from: '2026-11-22T07' });
  world.agreementOf = (arn) => (arn === license ? undefined : agreement);
  acme.set('2026-11-22T08', used(10));
  expect(await acme.deliver()).toMatchObject({ kind: 'rejected', reason: expect.stringContaining('link the tenant') });
  acme.license = renewed;
  acme.account = '444455556666';
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(told('items')).toEqual([['-2', '2026-11-22T08', 10]]);
});

test('back at the license before the last no hour is told twice', async () => {
  const acme = world.telling([items], { from: '2026-11-22T07' });
  acme.set('2026-11-22T07', used(1));
  await acme.deliver();
  acme.license = renewed;
  acme.from = '2026-11-22T08';
  acme.set('2026-11-22T08', used(2));
  await acme.deliver();
  acme.license = license;
  acme.from = '2026-11-22T07';
  acme.set('2026-11-22T08', used(3));
  expect(await acme.deliver()).toMatchObject({
    kind: 'rejected',
    reason: expect.stringContaining('up to 2026-11-22T08'),
  });
  acme.from = '2026-11-22T09';
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(told('items')).toEqual([
    ['', '2026-11-22T07', 1],
    ['-2', '2026-11-22T08', 2],
    ['', '2026-11-22T09', 1],
  ]);
});

test('an hour that was counted before its turn in the outbox counts as told', async () => {
  const acme = world.telling([items], { from: '2026-11-22T07' });
  acme.set('2026-11-22T07', used(1));
  acme.rollups.hours.push({ ...acme.rollups.hours[0], hour: '2026-11-22T08' } as (typeof acme.rollups.hours)[0]);
  await acme.deliver();
  acme.license = renewed;
  acme.from = '2026-11-22T08';
  acme.set('2026-11-22T09', used(1));
  expect(await acme.deliver()).toMatchObject({
    kind: 'rejected',
    reason: expect.stringContaining('up to 2026-11-22T08'),
  });
});
