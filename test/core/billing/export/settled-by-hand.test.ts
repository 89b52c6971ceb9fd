import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Destination } from '../../../../core/billing/export/destination.ts';
import type { Exporter } from '../../../../core/billing/export/exporter.ts';
import { Exports } from '../../../../core/billing/export/exports.ts';
import { MarketplaceStates } from '../../../../core/billing/export/marketplace/marketplace-states.ts';
import { LateRefusals } from '../../../../core/billing/export/outbox/late-refusals.ts';
import { Settlements } from '../../../../core/billing/export/outbox/settlements.ts';
import { stripeClient } from '../../../../core/billing/export/stripe/stripe-client.ts';
import { StripeExporter } from '../../../../core/billing/export/stripe/stripe-exporter.ts';
import type { TenantLink } from '../../../../core/billing/export/tenant-link.ts';
import { fakeStripe } from '../../../fakes/stripe/fake-stripe.ts';
import { buyer, license, startMarketplace } from '../../../local/marketplace/start-marketplace.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';
import { ExportWorld } from './export-world.ts';
import { Rollups } from './stripe/stripe-stage.ts';

let dynamo: TestDynamoDB;
let world: ExportWorld;
let exports: Exports;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  world = await new ExportWorld(dynamo.client).start();
  exports = new Exports({
    kinds: {},
    // Destinations are connected by the tests themselves.
    connections: undefined as never,
    secrets: undefined as never,
    links: world.links,
    outbox: world.outbox,
    settlements: new Settlements(dynamo.client, 'exports'),
    marketplace: new MarketplaceStates(dynamo.client, 'exports'),
    now: world.now,
  });
});
afterEach(async () => {
  expect(world.errors).toEqual([]);
  await world.fake.stop();
});

const hours = ['2026-11-22T00', '2026-11-22T01', '2026-11-22T02'] as const;
const settle = (tenant: string, hour: string, version: number, destination: Destination = 'openmeter') =>
  exports.settle({ tenant, destination, hour }, version);
const open = (tenant: string) => world.outbox.open(tenant);
const subject = (tenant: string, from: string): TenantLink => ({
  tenant,
  destination: 'openmeter',
  subject: 's',
  from,
});

/** Has an hour that nobody was told of lie before the tenant's link. */
async function beforeTheLink(tenant: string): Promise<void> {
  await exports.link(subject(tenant, hours[0]));
  await world.used(tenant, { '01:10': 5 });
  await exports.link(subject(tenant, hours[2]));
  await world.run();
  expect(await open(tenant)).toMatchObject([{ hour: hours[1], version: 1, state: 'rejected' }]);
}

test('a rejected hour that was settled waits for nothing any more, also when its tenant is linked from before it', async () => {
  await beforeTheLink('acme');
  expect((await world.run()).rejected).toBe(1);
  await settle('acme', hours[1], 1);
  expect(await open('acme')).toEqual([]);
  expect(await world.run()).toMatchObject({ rejected: 0, pending: 0 });
  expect(await exports.retry('acme', 'openmeter')).toBe(0);
  await exports.unlink('acme', 'openmeter');
  await exports.link(subject('acme', hours[0]));
  expect(await world.run()).toMatchObject({ delivered: 0, rejected: 0 });
  expect(world.fake.events).toEqual([]);
});

test('what changes in an hour that was settled is shown, told to nobody, and can be settled in its turn', async () => {
  await beforeTheLink('changing');
  await settle('changing', hours[1], 1);
  await exports.link(subject('changing', hours[0]));
  await world.used('changing', { '01:20': 7 });
  // In between unlinked, which drops what waits, and not what was settled.
  await exports.unlink('changing', 'openmeter');
  await world.run();
  await exports.link(subject('changing', hours[0]));
  await world.run();
  const waiting = { hour: hours[1], version: 2, settled: 1, state: 'rejected' };
  const reason = expect.stringContaining('version 1 of this hour was settled by hand: charge by hand what has changed');
  expect(await open('changing')).toMatchObject([{ ...waiting, reason }]);
  await exports.retry('changing', 'openmeter');
  await world.run();
  expect(await open('changing')).toMatchObject([{ ...waiting, reason }]);
  await settle('changing', hours[1], 2);
  expect(await open('changing')).toEqual([]);
  expect(world.fake.events).toEqual([]);
});

test('Stripe, which is told whole hours, is told nothing of an hour that was settled, and what it refuses late of it is shown', async () => {
  const stripe = await fakeStripe({ now: world.now });
  for (const eventName of ['requests', 'tokens']) stripe.addMeter({ eventName, window: 'hour' });
  stripe.addCustomer('cus_1');
  const rollups = new Rollups();
  const exporter = new StripeExporter({
    client: stripeClient(stripe.apiKey, stripe.url),
    meters: [
      { name: 'requests', unit: 'requests' },
      { name: 'tokens', unit: 'tokens' },
    ],
    rollups,
    now: world.now,
  }) as Exporter;
  const told = async (tokens: number) => {
    const { version } = rollups.set('whole', hours[1], { a: { requests: 1, tokens } });
    await world.outbox.want({ tenant: 'whole', destination: 'stripe', hour: hours[1], version }, world.now());
    return world.run(dynamo.client, fetch, exporter);
  };
  await exports.link({ tenant: 'whole', destination: 'stripe', customer: 'cus_1', from: hours[0] });
  // More digits than Stripe takes of one meter; the other's are taken.
  expect(await told(Number.MAX_SAFE_INTEGER)).toMatchObject({ refused: 1 });
  await settle('whole', hours[1], 1, 'stripe');
  expect(await told(3)).toMatchObject({ refused: 1 });
  expect(stripe.events.map(({ eventName, value }) => [eventName, value])).toEqual([['requests', '1']]);
  await settle('whole', hours[1], 2, 'stripe');

  const refusals = new LateRefusals(dynamo.client, 'exports');
  const row = await refusals.find('whole', 'stripe', hours[1]);
  if (row === undefined) throw new Error('no row');
  await refusals.refuse(row, { by: 'evt_1', reason: 'no customer', nobodyTold: true }, world.now());
  expect(await open('whole')).toMatchObject([{ version: 2, state: 'rejected', reason: 'no customer' }]);
  await settle('whole', hours[1], 2, 'stripe');
  expect(await open('whole')).toEqual([]);
  await stripe.close();
});

test('only what is rejected can be settled, in the version that was shown; to settle it again changes nothing', async () => {
  await beforeTheLink('strict');
  await expect(settle('strict', hours[0], 1)).rejects.toMatchObject({ status: 404 });
  await expect(settle('strict', hours[1], 1, 'stripe')).rejects.toMatchObject({ status: 404 });
  await expect(settle('nobody', hours[1], 1)).rejects.toMatchObject({ status: 404 });
  await expect(settle('strict', hours[1], 2)).rejects.toMatchObject({ status: 409, message: /version 1 by now/ });
  await exports.retry('strict', 'openmeter');
  await expect(settle('strict', hours[1], 1)).rejects.toMatchObject({ status: 409, message: /is pending/ });
  await world.run();
  await settle('strict', hours[1], 1);
  await settle('strict', hours[1], 1);
  expect(await open('strict')).toEqual([]);
  await world.used('strict', { '02:10': 1 });
  world.later(60);
  await world.used('strict', {});
  await world.run();
  await expect(settle('strict', hours[2], 1)).rejects.toMatchObject({ status: 409, message: /is told/ });
  expect(await open('strict')).toEqual([]);
});

test('whoever settles an hour while it changes, is tried again, or is settled, loses nothing that came after', async () => {
  for (let round = 0; round < 8; round += 1) {
    const tenant = `contested-${round}`;
    await beforeTheLink(tenant);
    const next = { tenant, destination: 'openmeter', hour: hours[1], version: 2 } as const;
    const rivals = [
      () => world.used(tenant, { '01:30': 2 }),
      () => world.outbox.want(next, world.now()),
      () => exports.retry(tenant, 'openmeter'),
      () => settle(tenant, hours[1], 1),
    ];
    const rival = rivals[round % rivals.length] as () => Promise<unknown>;
    const [settled] = await Promise.allSettled([settle(tenant, hours[1], 1), rival()]);
    if (settled.status === 'rejected') expect(settled.reason).toMatchObject({ status: 409 });
    const rows = await open(tenant);
    if (round % rivals.length < 2) expect(rows).toMatchObject([{ version: 2, state: 'pending' }]);
    // Either it was settled first, or it was tried again first, and is not settled.
    else expect(rows).toHaveLength(settled.status === 'fulfilled' ? 0 : 1);
    await exports.unlink(tenant, 'openmeter');
  }
});

test('an hour that goes on counting in what the Marketplace is told cannot be settled, and one that was is never counted', async () => {
  let active = true;
  const marketplace = await startMarketplace({ agreementOf: () => ({ product: 'p', active }) });
  marketplace.clock.now = world.now();
  const exporter = world.marketplaceExporter(marketplace.client, { dimension: 'tokens', unit: 'tokens', per: 1 });
  const link = (from: string, arn = `${license}-2`) =>
    exports.link({ tenant: 'buyer', destination: 'marketplace', account: buyer, license: arn, from });
  const run = () => {
    marketplace.clock.now = world.now();
    return world.run(dynamo.client, fetch, exporter);
  };
  const byHand = (hour: string) => settle('buyer', hour, 1, 'marketplace');
  await link(hours[0], license);
  await world.used('buyer', { '00:40': 5 });
  await run();
  await link(hours[2]);
  await world.used('buyer', { '01:10': 70 });
  await run();
  expect(await open('buyer')).toMatchObject([{ hour: hours[1], state: 'rejected' }]);
  await byHand(hours[1]);
  expect(await open('buyer')).toEqual([]);
  const counted = { status: 409, message: /2026-11-22T01 was settled by hand: link the tenant --from a later hour/ };
  await expect(link(hours[1])).rejects.toMatchObject(counted);

  active = false;
  world.later(60);
  await world.used('buyer', { '02:10': 30 });
  await run();
  expect(await open('buyer')).toMatchObject([
    { hour: hours[2], reason: expect.stringContaining('no active agreement') },
  ]);
  const counts = /goes on counting: put right what the reason says, and retry/;
  await expect(byHand(hours[2])).rejects.toMatchObject({ status: 409, message: counts });
  await exports.unlink('buyer', 'marketplace');
  await expect(byHand(hours[2])).rejects.toMatchObject({ status: 409, message: /retry drops it/ });

  active = true;
  await link(hours[2]);
  await exports.retry('buyer', 'marketplace');
  await run();
  expect(await open('buyer')).toEqual([]);
  expect(marketplace.recorded().map(({ quantity }) => quantity)).toEqual([5, 30]);
  await marketplace.stop();
});
