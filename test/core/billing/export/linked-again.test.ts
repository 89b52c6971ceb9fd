import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { UsageEvent } from '../../../../core/metering/usage-event.ts';
import { usageEventOf } from '../../metering/usage-event-of.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';
import { ExportWorld } from './export-world.ts';
import { StripeWorld } from './stripe-world.ts';

let dynamo: TestDynamoDB;
let world: ExportWorld;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  world = await new ExportWorld(dynamo.client).start();
});
afterEach(() => world.fake.stop());

const link = (tenant: string, subject: string, from = '2026-11-22T00') =>
  world.links.put({ tenant, destination: 'openmeter', subject, from }, world.now());
const sums = () => ['before', 'after'].map((subject) => world.fake.sum(subject, 'tokens'));

/** So many tokens at a time of the day, closed if their hour is over. */
async function event(tenant: string, time: string, tokens: number, within = world): Promise<UsageEvent> {
  const made = usageEventOf(tenant, new Date(`2026-11-22T${time}:00Z`), { tokens });
  await within.journal.append(made);
  await within.used(tenant, {});
  return made;
}

test('what OpenMeter took without an answer is taken back there, also when the tenant is another subject by then', async () => {
  await link('unsure', 'before');
  const used = await event('unsure', '00:40', 5);
  world.fake.fail({ status: 503, after: true });
  expect(await world.run()).toMatchObject({ later: 1 });
  await link('unsure', 'after');
  await world.void(used);
  world.later(60);
  await world.used('unsure', {});
  expect(await world.run()).toMatchObject({ delivered: 1, pending: 0 });
  expect(world.fake.events).toHaveLength(2);
  expect(sums()).toEqual([0, 0]);
});

test('what OpenMeter refused, and so does not have, goes to whom the tenant is by then', async () => {
  for (const [tenant, status] of Object.entries({ unfit: 400, 'locked-out': 401 })) {
    const [before, after] = [`before-${tenant}`, `after-${tenant}`] as const;
    await link(tenant, before);
    await event(tenant, '00:40', 5);
    world.fake.fail({ status });
    await world.run();
    await link(tenant, after);
    await world.outbox.retry(tenant, 'openmeter', world.now());
    expect(await world.run()).toMatchObject({ delivered: 1 });
    expect([before, after].map((subject) => world.fake.sum(subject, 'tokens'))).toEqual([0, 5]);
  }
});

test('an hour that OpenMeter may have forgotten since it took it without an answer is not told again', async () => {
  await link('forgotten', 'before');
  await event('forgotten', '00:40', 5);
  world.fake.fail({ status: 503, after: true });
  await world.run();
  world.later(33 * 24 * 60);
  expect(await world.run()).toMatchObject({ delivered: 0, refused: 1 });
  expect(sums()).toEqual([5, 0]);
});

test('an hour of long ago that OpenMeter was told of only now is told again after a fault', async () => {
  await event('backfilled', '00:40', 5);
  world.later(40 * 24 * 60);
  await link('backfilled', 'before');
  world.fake.fail({ status: 503 });
  expect(await world.run()).toMatchObject({ later: 1 });
  world.later(2);
  expect(await world.run()).toMatchObject({ delivered: 1 });
  expect(sums()).toEqual([5, 0]);
});

test('what changes while a tenant is not linked goes to whom it was told, with the next link, which begins later', async () => {
  await link('away', 'before');
  const voided = await event('away', '00:40', 5);
  await event('away', '01:40', 3);
  await world.run();
  await world.links.remove('away', 'openmeter');
  await world.void(voided);
  await event('away', '01:50', 20);
  await event('away', '02:10', 100);
  world.later(60);
  await world.used('away', {});
  expect(await world.run()).toMatchObject({ tenants: 0 });
  world.later(60);
  await link('away', 'after', '2026-11-22T04');
  // The hour in between was told nobody, and is nobody's.
  expect(await world.run()).toMatchObject({ delivered: 2, pending: 0, refused: 0 });
  expect(sums()).toEqual([23, 0]);
  // And once more when twenty minutes are over, of what was closed by who had not seen the link.
  await world.journal.append(usageEventOf('away', new Date('2026-11-22T00:55:00Z'), { tokens: 1 }));
  await world.close('away');
  world.later(25);
  expect(await world.run()).toMatchObject({ delivered: 1 });
  expect(sums()).toEqual([24, 0]);
  expect(await world.links.find('away', 'openmeter')).not.toHaveProperty('catchUpFrom');
});

test('at Stripe, what is voided while a tenant is not linked is taken off the customer that was told of it', async () => {
  const stripe = await StripeWorld.start(dynamo.client);
  for (const customer of ['cus_ok', 'cus_b']) stripe.stripe.addCustomer(customer);
  await stripe.link('stripe-away', 'cus_ok');
  const used = await event('stripe-away', '00:40', 5, stripe.world);
  await stripe.run();
  expect(await stripe.held('cus_ok')).toEqual({ '00': 5 });
  await stripe.world.links.remove('stripe-away', 'stripe');
  await stripe.world.void(used);
  await stripe.world.used('stripe-away', {});
  await stripe.link('stripe-away', 'cus_b', '2026-11-22T02');
  expect(await stripe.run()).toMatchObject({ delivered: 1, rejected: 0 });
  expect([await stripe.held('cus_ok'), await stripe.held('cus_b')]).toEqual([{}, {}]);
  await stripe.stop();
});
