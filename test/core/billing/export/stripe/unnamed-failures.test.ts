import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startDynamoDB, type TestDynamoDB } from '../../../storage/dynamodb.ts';
import { StripeWorld } from '../stripe-world.ts';

let dynamo: TestDynamoDB;
let world: StripeWorld;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());
beforeEach(async () => {
  world = await StripeWorld.start(dynamo.client);
  world.stripe.addCustomer('cus_ok');
});
afterEach(async () => {
  expect(world.world.errors).toEqual([]);
  await world.stop();
});

const used = (tenant: string, tokens: Readonly<Record<string, number>>) => world.world.used(tenant, tokens);
const open = async (tenant: string) =>
  (await world.world.outbox.open(tenant)).map(({ hour, state }) => `${hour.slice(11)} ${state}`);

const hours = ['00', '01', '02', '03', '04', '05', '06'];

/** A token in each of these hours, all of them over: of as many failures a report names five. */
async function seven(tenant: string): Promise<void> {
  world.world.clock.now = new Date('2026-11-22T07:15:00Z');
  await used(tenant, Object.fromEntries(hours.map((hour) => [`${hour}:40`, 1])));
}

test('an hour that waits after a lost answer is refused with those that the report leaves out', async () => {
  await world.link('acme', 'cus_gone');
  await seven('acme');
  await world.run();
  world.loseTheAnswers();
  await used('acme', { '07:10': 99 });
  world.world.later(60);
  await used('acme', {});
  await world.run();
  expect(await open('acme')).toEqual(['07 pending']);
  await world.reported();
  await world.take();
  expect(await open('acme')).toHaveLength(8);
  await world.link('acme', 'cus_ok');
  await world.retry('acme');
  await world.run();
  expect(await world.held('cus_ok')).toMatchObject({ '00': 1, '06': 1, '07': 99 });
});

test('hours that the report leaves out are refused also when all that it names have changed since', async () => {
  await world.link('changed', 'cus_gone');
  await seven('changed');
  await world.run();
  const reports = await world.reported();
  expect(reports).toHaveLength(2);
  await used('changed', Object.fromEntries(hours.slice(0, 5).map((hour) => [`${hour}:50`, 1])));
  await world.link('changed', 'cus_ok');
  await world.take();
  expect(await open('changed')).toEqual(hours.map((hour) => `${hour} rejected`));
  await world.retry('changed');
  await world.run();
  expect(Object.values(await world.held('cus_ok'))).toEqual([1, 1, 2, 2, 2, 2, 2]);
});

test('a run fails where a report leaves failures out, since they may be those of tenants that it does not name', async () => {
  await world.link('named', 'cus_gone');
  await seven('named');
  await world.run();
  await world.link('unnamed', 'cus_other');
  await used('unnamed', { '00:40': 1 });
  await world.run();
  const reports = await world.reported();
  expect(await world.take()).toEqual({ reports: 2, refused: 7 });
  expect(world.failures.map(([id]) => id).sort()).toEqual([...reports].sort());
  expect(world.failures[0]?.[1]).toContain('names 5 of 8');
  expect(await open('unnamed')).toEqual([]);
  // Also when they are looked for in vain, it is said once.
  expect(await world.take()).toEqual({ reports: 0, refused: 0 });
});

test('a report that leaves failures out and comes again changes nothing, also when its customer is there by now', async () => {
  await world.link('again', 'cus_late');
  await seven('again');
  await world.run();
  const [first = ''] = await world.reported();
  await world.take();
  world.stripe.addCustomer('cus_late');
  await world.retry('again');
  await world.run();
  expect(await open('again')).toEqual([]);
  await world.noted(first);
  expect(await world.take()).toEqual({ reports: 0, refused: 0 });
  expect(await open('again')).toEqual([]);
});

test('where one meter does not count, an hour stays with the customer for whom the other one does', async () => {
  await world.link('half', 'cus_ok');
  await used('half', { '00:40': 7 });
  const exporter = world.exporter();
  // Looks at the meters, once for a run.
  const link = await world.world.links.find('half', 'stripe');
  if (link !== undefined) await exporter.deliver(link, [], () => 1e6, world.world.outbox);
  world.meter('tokens').status = 'inactive';
  await world.world.run(dynamo.client, fetch, exporter);
  await world.reported();
  expect(await world.take()).toEqual({ reports: 1, refused: 1 });
  world.meter('tokens').status = 'active';
  world.stripe.addCustomer('cus_new');
  await world.link('half', 'cus_new');
  await world.retry('half');
  await world.run();
  expect(await open('half')).toEqual([]);
  expect([await world.held('cus_ok', 'requests'), await world.held('cus_ok')]).toEqual([{ '00': 1 }, { '00': 7 }]);
  expect(await world.held('cus_new', 'requests')).toEqual({});
});

test('what was told before the tenant was unlinked, and does not count, is told to the next customer', async () => {
  await world.link('left', 'cus_gone');
  await used('left', { '00:40': 5 });
  world.loseTheAnswers();
  await world.run();
  await world.world.links.remove('left', 'stripe');
  world.world.later(5);
  await world.run();
  await world.reported();
  expect(await world.take()).toMatchObject({ refused: 1 });
  // It waits no more for a tenant that is not linked.
  expect(await open('left')).toEqual([]);
  await world.link('left', 'cus_ok');
  await world.run();
  expect(await world.held('cus_ok')).toEqual({ '00': 5 });
});
