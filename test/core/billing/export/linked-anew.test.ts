import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { DynamoDBRollups } from '../../../../core/metering/dynamodb-rollups.ts';
import type { UsageEvent } from '../../../../core/metering/usage-event.ts';
import { usageEventOf } from '../../metering/usage-event-of.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';
import type { ExportWorld } from './export-world.ts';
import { StripeWorld } from './stripe-world.ts';

let dynamo: TestDynamoDB;
let atStripe: StripeWorld;
let world: ExportWorld;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  atStripe = await StripeWorld.start(dynamo.client);
  world = atStripe.world;
  for (const customer of ['cus_before', 'cus_after']) atStripe.stripe.addCustomer(customer);
});
afterEach(() => atStripe.stop());

const from = '2026-11-22T00';
const at = (time: string): Date => new Date(`2026-11-22T${time}Z`);
const link = (tenant: string, customer: string) => atStripe.link(tenant, customer);
const run = () => atStripe.run();
const held = (customer: string) => atStripe.held(customer);

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
  atStripe.loseTheAnswers();
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
  atStripe.loseTheAnswers();
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
  atStripe.behind.ms = 3 * 3_600_000;
  expect(await run()).toMatchObject({ refused: 1 });
  atStripe.behind.ms = 0;
  await link('refused', 'cus_after');
  await world.outbox.retry('refused', 'stripe', world.now());
  expect(await run()).toMatchObject({ delivered: 1 });
  expect(await held('cus_before')).toEqual({});
  expect(await held('cus_after')).toEqual({ '00': 5 });
});

test('wherever a run dies before the tenant becomes another customer, each hour is with one of the two, once', async () => {
  const { sdk, stripe } = atStripe;
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
    await world.run(client, fetch, atStripe.exporter(client, { billing })).catch(() => undefined);
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
