import { expect, test } from 'vitest';
import { agreement, delivered, hourMs, items, thousands, used, World } from './world.ts';

const world = new World();

test('what is left unprocessed, throttled or not answered is told later, as it was', async () => {
  const acme = world.telling([items]);
  acme.set('2026-11-22T09', used(10));
  world.unprocessed = true;
  expect(await acme.deliver()).toMatchObject({ kind: 'later', reason: expect.stringContaining('unprocessed') });
  world.unprocessed = false;
  for (world.failure of ['throttled', 'failed', 'answer lost'] as const) {
    expect(await acme.deliver()).toMatchObject({ kind: 'later' });
    acme.set('2026-11-22T09', used(20));
  }
  world.failure = undefined;
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 20n });
  expect(acme.statuses).toEqual(['Success', 'Success']);
});

test('while the Marketplace is away nothing more is planned, and afterwards all of it is told', async () => {
  const acme = world.telling([items]);
  acme.set('2026-11-22T09', used(1));
  world.failure = 'failed';
  for (let hour = 10; hour < 16; hour += 1) {
    expect(await acme.deliver()).toMatchObject({ kind: 'later' });
    world.laterBy(1);
    acme.set(`2026-11-22T${hour}`, used(1));
  }
  world.failure = undefined;
  expect(await acme.deliver()).toEqual(delivered);
  expect(world.records()).toEqual([
    ['items', '2026-11-22T09', 1],
    ['items', '2026-11-22T15', 6],
  ]);
});

test('a record that was never answered until its hour closed is held to count, and named', async () => {
  const acme = world.telling([items]);
  acme.set('2026-11-22T09', used(10));
  world.failure = 'answer lost';
  await acme.deliver();
  world.failure = undefined;
  world.laterBy(24);
  acme.set('2026-11-23T09', used(1));
  expect(await acme.deliver()).toMatchObject({
    kind: 'rejected',
    reason: expect.stringMatching(/held to count: look for them .* 10 of items in 2026-11-22T09$/),
  });
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 11n });
});

test('of a buyer without agreement usage is refused with advice, and told when there is one again', async () => {
  const acme = world.telling([items]);
  world.agreementOf = () => ({ ...agreement, active: false });
  acme.set('2026-11-22T09', used(10));
  expect(await acme.deliver()).toMatchObject({
    kind: 'rejected',
    reason: expect.stringContaining('no active agreement'),
  });
  world.laterBy(22);
  acme.set('2026-11-23T07', used(5));
  expect(await acme.deliver()).toMatchObject({ kind: 'rejected' });
  world.laterBy(3);
  world.agreementOf = () => agreement;
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  // The first became too old, and is told in a newer hour.
  expect(world.records()).toEqual([
    ['items', '2026-11-23T07', 5],
    ['items', '2026-11-23T06', 10],
  ]);
  expect(acme.lines).toMatchObject([{ message: expect.stringContaining('planned anew'), detail: { quantity: 10 } }]);
});

test('another quantity in an hour of ours is refused loudly; the rest is told, and that too when the hour has closed', async () => {
  const acme = world.telling([items, thousands]);
  await world.marketplace.meter({ Dimension: 'items', Quantity: 4 });
  acme.set('2026-11-22T09', used(1500));
  expect(await acme.deliver()).toMatchObject({
    kind: 'rejected',
    reason: expect.stringContaining('find who else meters this license'),
  });
  expect(acme.recorded()).toEqual({ items: 4n, kitems: 1n });
  world.laterBy(25);
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 1504n, kitems: 1n });
});

test.each([
  ['InvalidLicenseException', undefined, 'link the tenant anew'],
  ['InvalidUsageDimensionException', { ...agreement, dimensions: ['kitems'] }, 'no such dimension'],
])('%s keeps nothing else from being told', async (_, found, advice) => {
  const acme = world.telling([items, thousands]);
  world.agreementOf = () => found;
  acme.set('2026-11-22T09', used(1500));
  expect(await acme.deliver()).toMatchObject({ kind: 'rejected', reason: expect.stringContaining(advice) });
  expect(acme.recorded()).toEqual(found === undefined ? {} : { kitems: 1n });
  world.agreementOf = () => agreement;
  acme.retry();
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 1500n, kitems: 1n });
});

test('one record out of bounds keeps no other from being told', async () => {
  const acme = world.telling([items, thousands]);
  // The exporter's clock is ahead, so that the Marketplace has yet to reach the hour that was added up ahead of time.
  acme.aheadMs = hourMs;
  acme.set('2026-11-22T09', used(900));
  await acme.deliver();
  acme.set('2026-11-22T11', used(100));
  acme.from = '2026-11-01T00';
  expect(await acme.deliver()).toMatchObject({ kind: 'later', reason: expect.stringContaining('planned anew') });
  world.laterBy(1);
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 1000n, kitems: 1n });
});

test('without time for a call nothing is sent, and all of it with the next run', async () => {
  const acme = world.telling([items]);
  acme.set('2026-11-22T09', used(10));
  acme.remainingMs = 5000;
  expect(await acme.deliver()).toMatchObject({ kind: 'later', reason: 'there was no time left' });
  expect(world.records()).toEqual([]);
  acme.remainingMs = 60_000;
  expect(await acme.deliver()).toEqual(delivered);
  expect(acme.recorded()).toEqual({ items: 10n });
});
