import { DynamoDB } from '@aws-sdk/client-dynamodb';
import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Exporter } from '../../../../core/billing/export/exporter.ts';
import { stripeClient } from '../../../../core/billing/export/stripe/stripe-client.ts';
import { StripeExporter } from '../../../../core/billing/export/stripe/stripe-exporter.ts';
import { DynamoDBRollups } from '../../../../core/metering/dynamodb-rollups.ts';
import type { UsageEvent } from '../../../../core/metering/usage-event.ts';
import { type FakeStripe, fakeStripe } from '../../../fakes/stripe/fake-stripe.ts';
import { usageEventOf } from '../../metering/usage-event-of.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';
import { ExportWorld } from './export-world.ts';

let dynamo: TestDynamoDB;
let world: ExportWorld;
let stripe: FakeStripe;
let stripeBehindMs: number;
let sdk: Stripe;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  stripeBehindMs = 0;
  world = await new ExportWorld(dynamo.client).start();
  stripe = await fakeStripe({ now: () => new Date(world.now().getTime() - stripeBehindMs) });
  for (const eventName of ['requests', 'tokens']) stripe.addMeter({ eventName, window: 'hour' });
  for (const customer of ['cus_before', 'cus_after']) stripe.addCustomer(customer);
  sdk = stripeClient(stripe.apiKey, stripe.url);
});
afterEach(async () => {
  await stripe.close();
  await world.fake.stop();
});

const from = '2026-11-22T00';
const at = (time: string): Date => new Date(`2026-11-22T${time}Z`);
const link = (tenant: string, customer: string) =>
  world.links.put({ tenant, destination: 'stripe', customer, from }, world.now());

async function used(tenant: string, time: string, tokens: number): Promise<UsageEvent> {
  const event = usageEventOf(tenant, at(time), { tokens });
  await world.journal.append(event);
  return event;
}

/** Counts the hours that are over once more, and has what is new wait. */
async function closed(tenant: string, destination: 'stripe' | 'openmeter'): Promise<void> {
  await world.close(tenant);
  const rollups = new DynamoDBRollups(dynamo.client, 'rollups');
  for await (const { hour, version } of rollups.rollups(tenant, at('00:00:00'), at('23:00:00'))) {
    await world.outbox.want({ tenant, destination, hour, version }, world.now());
  }
}

const toStripe = (client = dynamo.client, calls: Pick<Stripe, 'billing'> = sdk): Exporter =>
  new StripeExporter({
    client: calls,
    meters: [
      { name: 'requests', unit: 'requests' },
      { name: 'tokens', unit: 'tokens' },
    ],
    rollups: new DynamoDBRollups(client, 'rollups'),
    now: world.now,
  }) as Exporter;
const run = () => world.run(dynamo.client, fetch, toStripe());

/** What Stripe has of a meter for a customer, by hour. */
async function held(customer: string, meter = 'tokens'): Promise<Readonly<Record<string, number>>> {
  const { id = '' } = (await sdk.billing.meters.list()).data.find(({ event_name }) => event_name === meter) ?? {};
  const day = { start_time: at('00:00:00').getTime() / 1000, end_time: at('23:00:00').getTime() / 1000 };
  const hours: Record<string, number> = {};
  for await (const { start_time, aggregated_value } of sdk.billing.meters.listEventSummaries(id, {
    ...day,
    customer,
    value_grouping_window: 'hour',
  })) {
    if (aggregated_value !== 0) hours[new Date(start_time * 1000).toISOString().slice(11, 13)] = aggregated_value;
  }
  return hours;
}

test('an hour that changes goes to the customer that was told of it; hours of which nobody was told go to the new one', async () => {
  await used('moved', '00:40:00', 5);
  await closed('moved', 'stripe');
  await link('moved', 'cus_before');
  expect(await run()).toMatchObject({ delivered: 1, failed: [] });
  await link('moved', 'cus_after');
  await used('moved', '00:50:00', 2);
  await used('moved', '01:10:00', 30);
  world.later(60);
  await closed('moved', 'stripe');
  expect(await run()).toMatchObject({ delivered: 2, pending: 0 });
  expect(await held('cus_before')).toEqual({ '00': 7 });
  expect(await held('cus_after')).toEqual({ '01': 30 });
  await link('moved', 'cus_before');
  await used('moved', '01:20:00', 1);
  world.later(60);
  await closed('moved', 'stripe');
  await run();
  expect(await held('cus_after')).toEqual({ '01': 31 });
});

test('an hour of which Stripe may have taken something stays with that customer', async () => {
  await used('unsure', '00:40:00', 5);
  await closed('unsure', 'stripe');
  await link('unsure', 'cus_before');
  // Of both meters, and of the SDK's repetitions.
  stripe.faults.push(...Array(4).fill('lose the answer'));
  expect(await run()).toMatchObject({ later: 1 });
  await link('unsure', 'cus_after');
  world.later(5);
  expect(await run()).toMatchObject({ delivered: 1 });
  expect(await held('cus_before')).toEqual({ '00': 5 });
  expect(await held('cus_after')).toEqual({});
});

test('an hour of which Stripe may have taken something stays with that customer also when the tenant was unlinked meanwhile', async () => {
  await used('left', '00:40:00', 5);
  await closed('left', 'stripe');
  await link('left', 'cus_before');
  stripe.faults.push(...Array(4).fill('lose the answer'));
  await run();
  await world.links.remove('left', 'stripe');
  world.later(5);
  await run();
  expect(await world.outbox.open('left')).toEqual([]);
  await link('left', 'cus_after');
  expect(await run()).toMatchObject({ delivered: 1 });
  expect(await held('cus_before')).toEqual({ '00': 5 });
  expect(await held('cus_after')).toEqual({});
});

test('an hour that Stripe refused outright goes to whom the tenant is when it is tried again', async () => {
  await used('refused', '00:40:00', 5);
  await closed('refused', 'stripe');
  await link('refused', 'cus_before');
  // By its clock the hour is yet to come.
  stripeBehindMs = 3 * 3_600_000;
  expect(await run()).toMatchObject({ refused: 1 });
  stripeBehindMs = 0;
  await link('refused', 'cus_after');
  await world.outbox.retry('refused', 'stripe', world.now());
  expect(await run()).toMatchObject({ delivered: 1 });
  expect(await held('cus_before')).toEqual({});
  expect(await held('cus_after')).toEqual({ '00': 5 });
});

test('wherever a run dies before the tenant becomes another customer, each hour is with one of the two, once', async () => {
  const dies = async (tenant: string, dieAt: number): Promise<number> => {
    const [before, after] = [`cus_before_${tenant}`, `cus_after_${tenant}`];
    for (const customer of [before, after]) stripe.addCustomer(customer);
    await used(tenant, '00:40:00', 5);
    await closed(tenant, 'stripe');
    await link(tenant, before);
    let points = 0;
    const done = () => {
      points += 1;
      if (points >= dieAt) throw new Error('died');
    };
    const client = new DynamoDB({
      endpoint: dynamo.endpoint,
      region: 'eu-west-1',
      maxAttempts: 1,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const answer = await next(args);
          if (commandName === 'UpdateItemCommand') done();
          return answer;
        },
      { step: 'initialize', name: 'watch' },
    );
    const create: typeof sdk.billing.meterEvents.create = (...event) =>
      sdk.billing.meterEvents.create(...event).then((answer) => {
        done();
        return answer;
      }) as ReturnType<typeof create>;
    const billing = Object.assign(Object.create(sdk.billing), { meterEvents: { create } }) as typeof sdk.billing;
    await world.run(client, fetch, toStripe(client, { billing })).catch(() => undefined);
    client.destroy();
    await link(tenant, after);
    world.later(70);
    await run();
    expect(await world.outbox.open(tenant)).toEqual([]);
    const told = stripe.events.filter(({ customer }) => customer === before || customer === after);
    const name = `died at point ${dieAt}`;
    expect(told.map(({ eventName }) => eventName).sort(), name).toEqual(['requests', 'tokens']);
    expect(new Set(told.map(({ customer }) => customer)).size, name).toBe(1);
    world.clock.now = at('02:15:00');
    return points;
  };
  const points = await dies('whole', Number.POSITIVE_INFINITY);
  expect(points).toBeGreaterThan(6);
  for (let dieAt = 1; dieAt <= points; dieAt += 1) await dies(`dies-${dieAt}`, dieAt);
}, 60_000);

test('OpenMeter takes back an event where it was told of it, also when the tenant is another subject by then', async () => {
  const event = await used('renamed', '00:40:00', 5);
  await used('renamed', '00:41:00', 2);
  await closed('renamed', 'openmeter');
  const as = (subject: string) =>
    world.links.put({ tenant: 'renamed', destination: 'openmeter', subject, from }, world.now());
  await as('before');
  await world.run();
  await as('after');
  await world.void(event);
  await used('renamed', '01:30:00', 30);
  world.later(60);
  await closed('renamed', 'openmeter');
  expect(await world.run()).toMatchObject({ delivered: 2, pending: 0 });
  expect([world.fake.sum('before', 'tokens'), world.fake.sum('after', 'tokens')]).toEqual([2, 30]);
});
