import { expect, test } from 'vitest';
import { buyer, license } from '../../../../local/marketplace/start-marketplace.ts';
import { itemPrice, priceBook, published } from '../../books.ts';
import { agreement, delivered, items, used, World } from './world.ts';

const renewed = `${license}-2`;
const another = '444455556666';
const world = new World();

/** What counts, by license. */
const told = (): readonly (readonly [string, string, number])[] =>
  world.marketplace.recorded().map((record) => [record.license.slice(license.length), record.hour, record.quantity]);
/** Only this license is one. */
const only = (known: string): void => {
  world.agreementOf = (arn) => (arn === known ? agreement : undefined);
};
const invalid = { kind: 'rejected', reason: expect.stringContaining('link the tenant anew') };

/** Tells 7 under the first license, which ends then, so that 13 of the next hour wait. */
async function withRest() {
  const acme = world.telling([items], { from: '2026-11-22T06' });
  acme.set('2026-11-22T06', used(7));
  await acme.deliver();
  world.agreementOf = (arn) => ({ ...agreement, active: arn !== license });
  acme.set('2026-11-22T07', used(13));
  await acme.deliver();
  return acme;
}

test('a mistyped account in between charges no minimum twice, and names nothing to be charged by hand', async () => {
  const prices = [itemPrice('fashion', { kind: 'flat', price: '0.01' })];
  const books = published(priceBook({ prices, plans: { pro: { minimum: '100.00' } } }));
  const acme = world.telling([{ dimension: 'usage_fee', cost: true, per: '0.01' }], { books });
  acme.set('2026-11-22T08', used(1));
  await acme.deliver();
  only(license);
  acme.license = renewed;
  acme.account = another;
  acme.from = '2026-11-22T09';
  acme.set('2026-11-22T09', used(1));
  expect(await acme.deliver()).toMatchObject(invalid);
  only(renewed);
  acme.account = buyer;
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(told()).toEqual([['', '2026-11-22T08', 10_000]]);
});

test('what waits is not named as owed by a mistyped account, and is told under the right one', async () => {
  const acme = await withRest();
  only(license);
  acme.license = renewed;
  acme.account = another;
  acme.from = '2026-11-22T09';
  acme.set('2026-11-22T09', used(1));
  expect(await acme.deliver()).toMatchObject(invalid);
  only(renewed);
  acme.account = buyer;
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(told().slice(1)).toEqual([['-2', '2026-11-22T09', 14]]);
});

test('after a mistyped link the one before goes on as it was, and cannot begin with an hour that it was told', async () => {
  const acme = world.telling([items], { from: '2026-11-22T06' });
  acme.set('2026-11-22T07', used(1));
  await acme.deliver();
  only(license);
  acme.license = renewed;
  acme.account = another;
  acme.from = '2026-11-22T08';
  acme.set('2026-11-22T08', used(2));
  expect(await acme.deliver()).toMatchObject(invalid);
  acme.license = license;
  acme.account = buyer;
  acme.from = '2026-11-22T07';
  acme.retry();
  expect(await acme.deliver()).toMatchObject({ reason: expect.stringContaining('up to 2026-11-22T07') });
  acme.from = '2026-11-22T06';
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(told().slice(1)).toEqual([['', '2026-11-22T08', 2]]);
});

test('an account that comes back goes on with its count, and is not told what was to be charged by hand', async () => {
  const acme = await withRest();
  world.agreementOf = () => agreement;
  acme.license = renewed;
  acme.account = another;
  acme.from = '2026-11-22T09';
  acme.set('2026-11-22T09', used(1));
  expect(await acme.deliver()).toMatchObject({
    kind: 'rejected',
    reason: 'another account was not told of 13 of items: charge that by hand, then retry',
  });
  acme.license = license;
  acme.account = buyer;
  acme.from = '2026-11-22T10';
  acme.set('2026-11-22T10', used(5));
  acme.set('2026-11-22T06', used(4));
  expect((await acme.outcomes()).at(-1)).toEqual(delivered);
  expect(told().slice(1)).toEqual([
    ['-2', '2026-11-22T09', 1],
    ['', '2026-11-22T10', 2],
  ]);
});

test('a renewed license that was mistyped can be put right from the same hour on', async () => {
  const acme = world.telling([items], { from: '2026-11-22T06' });
  acme.set('2026-11-22T07', used(1));
  await acme.deliver();
  only(renewed);
  acme.license = `${license}-3`;
  acme.from = '2026-11-22T08';
  acme.set('2026-11-22T08', used(2));
  expect(await acme.deliver()).toMatchObject(invalid);
  acme.license = renewed;
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(told().slice(1)).toEqual([['-2', '2026-11-22T08', 2]]);
});

test('what changed while nobody was told is told when a link begins, also of months before', async () => {
  const acme = world.telling([items]);
  acme.set('2026-11-22T08', used(10));
  await acme.deliver();
  acme.setUnlinked('2026-11-22T08', used(8));
  world.marketplace.clock.now = new Date('2026-12-03T02:20:00Z');
  acme.license = renewed;
  acme.from = '2026-12-01T00';
  acme.set('2026-12-03T01', used(5));
  expect(await acme.deliver()).toEqual(delivered);
  expect(told().slice(1)).toEqual([['-2', '2026-12-03T01', 3]]);
});

test('what is to be charged by hand is shown in the end, however often a process dies before it is', async () => {
  const acme = await withRest();
  world.failure = 'answer lost';
  acme.license = `${license}-3`;
  acme.from = '2026-11-22T08';
  acme.retry();
  await acme.deliver();
  world.failure = undefined;
  acme.license = renewed;
  acme.account = another;
  acme.from = '2026-11-22T09';
  acme.set('2026-11-22T08', used(2));
  acme.set('2026-11-22T09', used(1));
  const reason = expect.stringMatching(/^sent and never answered.* 13 of items in 2026-11-22T0\d$/);
  acme.marks = false;
  for (let death = 0; death < 2; death += 1) {
    expect((await acme.outcomes()).at(-1)).toMatchObject({ kind: 'rejected', reason });
  }
  acme.marks = true;
  expect((await acme.outcomes()).at(-1)).toMatchObject({ kind: 'rejected', reason });
  acme.set('2026-11-22T10', used(1));
  expect((await acme.outcomes()).at(-1)).toEqual(delivered);
});

test('the same holds for what the account before was not told of', async () => {
  const acme = await withRest();
  acme.license = renewed;
  acme.account = another;
  acme.from = '2026-11-22T09';
  acme.set('2026-11-22T09', used(1));
  const owed = { kind: 'rejected', reason: expect.stringContaining('not told of 13 of items') };
  acme.marks = false;
  expect((await acme.outcomes()).at(-1)).toMatchObject(owed);
  acme.marks = true;
  expect((await acme.outcomes()).at(-1)).toMatchObject(owed);
  acme.retry();
  expect((await acme.outcomes()).at(-1)).toEqual(delivered);
});
