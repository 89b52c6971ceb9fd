import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ExportLinks } from '../../../../../core/billing/export/outbox/export-links.ts';
import { LateRefusals } from '../../../../../core/billing/export/outbox/late-refusals.ts';
import { Outbox } from '../../../../../core/billing/export/outbox/outbox.ts';
import { ErrorReportNotes } from '../../../../../core/billing/export/stripe/error-report-notes.ts';
import { stripeClient } from '../../../../../core/billing/export/stripe/stripe-client.ts';
import { StripeExporter } from '../../../../../core/billing/export/stripe/stripe-exporter.ts';
import { takeErrorReports } from '../../../../../core/billing/export/stripe/take-error-reports.ts';
import { verifiedEvent } from '../../../../../core/billing/export/stripe/verified-event.ts';
import { type FakeStripe, fakeStripe } from '../../../../fakes/stripe/fake-stripe.ts';
import { startDynamoDB, type TestDynamoDB } from '../../../storage/dynamodb.ts';
import { meters, Rollups } from './stripe-stage.ts';

const start = new Date('2026-11-22T12:20:00Z');
let now = start;
let remainingMs: () => number;
let failures: [string, Error][];
let rejecting: Parameters<typeof takeErrorReports>[0]['refusals'];
let dynamo: TestDynamoDB;
let stripe: FakeStripe;
let client: Stripe;
let outbox: Outbox;
let links: ExportLinks;
let notes: ErrorReportNotes;
let refusals: LateRefusals;
beforeAll(async () => {
  dynamo = await startDynamoDB();
  outbox = new Outbox(dynamo.client, 'exports');
  links = new ExportLinks(dynamo.client, 'exports');
  notes = new ErrorReportNotes(dynamo.client, 'exports');
  refusals = new LateRefusals(dynamo.client, 'exports');
});
afterAll(() => dynamo.stop());
let tenants = 0;
let tenant: string;
let rollups: Rollups;
beforeEach(async () => {
  now = start;
  remainingMs = () => 900_000;
  failures = [];
  rejecting = refusals;
  stripe = await fakeStripe({ now: () => now });
  for (const { name } of meters) stripe.addMeter({ eventName: name, window: 'hour' });
  client = stripeClient(stripe.apiKey, stripe.url);
  tenant = `t${tenants++}`;
  rollups = new Rollups();
  return () => stripe.close();
});

const link = (customer: string) => links.put({ tenant, destination: 'stripe', customer, from: '2026-11-22T00' }, now);
const use = async (hour: string, requests: number): Promise<void> => {
  const { version } = rollups.set(tenant, hour, { a: { requests } });
  await outbox.want({ tenant, destination: 'stripe', hour, version }, now);
};
/** Delivers what waits, and marks it as the export does. */
async function exported(mark = true): Promise<void> {
  const exporter = new StripeExporter({ client, meters, rollups, now: () => now });
  const found = await links.find(tenant, 'stripe');
  if (found?.destination !== 'stripe') throw new Error('not linked');
  for await (const rows of outbox.rows(tenant, 'stripe', { first: '2026', last: '2027' }, now)) {
    const outcomes = await exporter.deliver(found, rows, () => 60_000, outbox);
    expect(outcomes).toEqual(rows.map(() => ({ kind: 'delivered' })));
    if (mark) for (const row of rows) await outbox.delivered(row);
  }
}
const take = () =>
  takeErrorReports({
    client,
    meters: meters.map(({ name }) => name),
    notes,
    refusals: rejecting,
    now: () => now,
    remainingMs: () => remainingMs(),
    onFailure: (id, error) => failures.push([id, error as Error]),
  });
/** Has Stripe report what does not count, as the webhook notes it. */
async function reported(): Promise<string[]> {
  const ids: string[] = [];
  for (const { body, signature } of stripe.report()) {
    const event = verifiedEvent(Buffer.from(body), signature, stripe.webhookSecret, now);
    if (event === undefined) throw new Error('not verified');
    ids.push(event.id);
    await notes.put(event.id, now);
  }
  return ids;
}
const open = async () => (await outbox.open(tenant)).map(({ hour, state, reason }) => [hour.slice(11), state, reason]);
const noCustomer = (id: string): string =>
  `Stripe took it, and says: No such customer: '${id}' (meter_event_customer_not_found)`;

test('a row that Stripe took and reports later is rejected with Stripe’s reason; put right and retried, it counts', async () => {
  await link('cus_wrong');
  await use('2026-11-22T08', 5);
  await use('2026-11-22T09', 6);
  await exported();
  expect(await open()).toEqual([]);
  await reported();
  expect(await take()).toEqual({ reports: 1, refused: 2 });
  expect(await open()).toEqual([
    ['08', 'rejected', noCustomer('cus_wrong')],
    ['09', 'rejected', noCustomer('cus_wrong')],
  ]);
  // The same customer, who is there now: Stripe knows the identifiers of before for a day.
  stripe.addCustomer('cus_wrong');
  await outbox.retry(tenant, 'stripe', now);
  await exported();
  expect(await open()).toEqual([]);
  const [meter] = (await client.billing.meters.list()).data;
  const day = { start_time: Date.parse('2026-11-22') / 1000, end_time: now.getTime() / 1000, customer: 'cus_wrong' };
  expect((await client.billing.meters.listEventSummaries(String(meter?.id), day)).data[0]?.aggregated_value).toBe(11);
});

test('what Stripe reported is told under another identifier also when the tenant was unlinked meanwhile', async () => {
  await wrong('cus_wrong');
  await take();
  await outbox.retry(tenant, 'stripe', now);
  for await (const rows of outbox.rows(tenant, 'stripe', { first: '2026', last: '2027' }, now)) {
    for (const row of rows) await outbox.drop(row);
  }
  stripe.addCustomer('cus_wrong');
  await outbox.want({ tenant, destination: 'stripe', hour: '2026-11-22T08', version: 1 }, now);
  await exported();
  expect(stripe.events.filter(({ failure }) => failure === undefined)).toHaveLength(1);
});

test('a report that comes again is not looked into again', async () => {
  await link('cus_wrong');
  await use('2026-11-22T08', 5);
  await exported();
  const [id = ''] = await reported();
  await take();
  stripe.addCustomer('cus_right');
  await link('cus_right');
  await outbox.retry(tenant, 'stripe', now);
  await exported();
  await notes.put(id, now);
  expect(await take()).toEqual({ reports: 0, refused: 0 });
  expect(await open()).toEqual([]);
});

test('a report that comes before its delivery was noted is not overwritten by that note', async () => {
  await link('cus_wrong');
  await use('2026-11-22T08', 5);
  const pages = outbox.rows(tenant, 'stripe', { first: '2026', last: '2027' }, now);
  const [row] = (await pages.next()).value ?? [];
  await exported(false);
  await reported();
  await take();
  if (row === undefined) throw new Error('no row');
  await outbox.delivered(row);
  expect(await open()).toEqual([['08', 'rejected', noCustomer('cus_wrong')]]);
});

test('where a report names only some of the events, all that was told of that tenant is rejected, and of no other', async () => {
  stripe.addCustomer('cus_well');
  await link('cus_well');
  const well = tenant;
  await use('2026-11-22T08', 1);
  await exported();
  tenant = `t${tenants++}`;
  await link('cus_wrong');
  for (let hour = 10; hour < 18; hour++) await use(`2026-11-21T${hour}`, 1);
  await exported();
  await reported();
  expect(await take()).toEqual({ reports: 1, refused: 8 });
  expect(await open()).toHaveLength(8);
  expect(await outbox.open(well)).toEqual([]);
});

test('what a customer of before was told stays with it when Stripe does not know the one of today', async () => {
  stripe.addCustomer('cus_right');
  await link('cus_right');
  await use('2026-11-22T08', 1);
  await exported();
  await link('cus_wrong');
  for (let hour = 10; hour < 18; hour++) await use(`2026-11-21T${hour}`, 1);
  await exported();
  await reported();
  // Named are five of eight.
  expect(await take()).toEqual({ reports: 1, refused: 8 });
  expect((await open()).map(([hour]) => hour)).not.toContain('08');
  // They were told nobody who counts: they go to whom the tenant is.
  stripe.addCustomer('cus_third');
  await link('cus_third');
  await outbox.retry(tenant, 'stripe', now);
  await exported();
  await use('2026-11-22T08', 3);
  await exported();
  const customers = new Map(stripe.events.map(({ timestamp, customer }) => [timestamp, customer]));
  expect([...customers.values()]).toEqual(['cus_right', ...Array(8).fill('cus_third'), 'cus_right']);
});

test('a report about the events of another program is passed over, and one that is gone is said to be, once', async () => {
  await client.billing.meterEvents.create({
    event_name: 'requests',
    identifier: 'somebody:else',
    payload: { stripe_customer_id: 'cus_none', value: '1' },
  });
  await reported();
  await notes.put('evt_gone', now);
  expect(await take()).toEqual({ reports: 1, refused: 0 });
  expect(failures.splice(0)).toMatchObject([['evt_gone', { message: expect.stringContaining('no more') }]]);
  expect(await take()).toEqual({ reports: 0, refused: 0 });
  expect(failures).toEqual([]);
});

test('while Stripe cannot be asked, a report stays noted', async () => {
  await link('cus_wrong');
  await use('2026-11-22T08', 5);
  await exported();
  const [id] = await reported();
  const right = client;
  client = stripeClient('sk_test_wrongwrong', stripe.url);
  expect(await take()).toEqual({ reports: 0, refused: 0 });
  expect(failures).toMatchObject([[id, { message: expect.stringContaining('refuses the API key') }]]);
  client = right;
  now = new Date(start.getTime() + 61_000);
  expect(await take()).toEqual({ reports: 1, refused: 1 });
});

/** Has a customer that Stripe does not know told of some hours, and the report of it noted. @returns the report's event */
async function wrong(customer: string): Promise<string> {
  await link(customer);
  await use('2026-11-22T08', 5);
  await exported();
  const [id = ''] = await reported();
  return id;
}

test('a report that cannot be read, and one that Stripe words in a new way, wait for themselves and keep nobody waiting', async () => {
  const unreadable = await wrong('cus_wrong');
  stripe.brokenEvents.set(unreadable, 'server error');
  const first = tenant;
  tenant = `t${tenants++}`;
  stripe.brokenEvents.set(await wrong('cus_wrong'), 'strange');
  const second = tenant;
  tenant = `t${tenants++}`;
  await wrong('cus_wrong');
  expect(await take()).toEqual({ reports: 1, refused: 1 });
  expect(await open()).toHaveLength(1);
  const [ofServer, ofWords] = failures.map(([, { message }]) => message).sort();
  expect(ofServer).toContain('cannot be read');
  expect(ofWords).toContain('data.reason.error_count');
  expect(ofWords).not.toContain('many');

  // Not asked for again at once, and never forgotten.
  stripe.brokenEvents.clear();
  expect(await take()).toEqual({ reports: 0, refused: 0 });
  now = new Date(start.getTime() + 61_000);
  expect(await take()).toEqual({ reports: 1, refused: 1 });
  expect(await outbox.open(first)).toHaveLength(1);
  now = new Date(start.getTime() + 86_400_000);
  expect(await take()).toEqual({ reports: 1, refused: 1 });
  expect(await outbox.open(second)).toHaveLength(1);
});

test('reports take a minute of a run at most, and none is begun when there may be no time for its answer', async () => {
  await wrong('cus_wrong');
  tenant = `t${tenants++}`;
  await wrong('cus_wrong');
  remainingMs = () => 15_000;
  expect(await take()).toEqual({ reports: 0, refused: 0 });
  let leftMs = 900_000;
  remainingMs = () => {
    leftMs -= 25_000;
    return leftMs;
  };
  expect(await take()).toEqual({ reports: 2, refused: 2 });
  for (let each = 0; each < 4; each++) {
    tenant = `t${tenants++}`;
    await wrong('cus_wrong');
  }
  leftMs = 900_000;
  expect(await take()).toEqual({ reports: 2, refused: 2 });
  expect(await take()).toEqual({ reports: 2, refused: 2 });
  expect(failures).toEqual([]);
});

test('a run that dies in the middle of a report is gone on with, and so is one that met a close', async () => {
  for (const name of ['died', 'TransactionConflictException']) {
    // Before all, among those that the report names, and among those that it leaves out.
    for (const at of [0, 2, 6]) {
      tenant = `t${tenants++}`;
      await link('cus_wrong');
      // Five of them are named.
      for (let hour = 10; hour < 18; hour++) await use(`2026-11-21T${hour}`, 1);
      await exported();
      await reported();
      let left = at;
      rejecting = {
        find: (...row) => refusals.find(...row),
        told: (...rows) => refusals.told(...rows),
        refuse: async (...refusal) => {
          left -= 1;
          if (left < 0) throw Object.assign(new Error(name), { name });
          return refusals.refuse(...refusal);
        },
      };
      await take();
      rejecting = refusals;
      expect(failures.splice(0)).toHaveLength(name === 'died' ? 1 : 0);
      if (name === 'died') now = new Date(now.getTime() + 61_000);
      await take();
      expect(failures.splice(0)).toMatchObject([[{}, { message: expect.stringContaining('names 5 of 8') }]]);
      expect(await open(), `${name} at ${at}`).toHaveLength(8);
    }
  }
}, 30_000);
