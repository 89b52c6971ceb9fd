import fc from 'fast-check';
import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OutboxRow } from '../../../../../core/billing/export/outbox-row.ts';
import { stripeClient } from '../../../../../core/billing/export/stripe/stripe-client.ts';
import { StripeExporter } from '../../../../../core/billing/export/stripe/stripe-exporter.ts';
import type { HourRollup } from '../../../../../core/metering/rollup.ts';
import { hourMs, usageHour } from '../../../../../core/metering/usage-hour.ts';
import { type FakeStripe, fakeStripe } from '../../../../fakes/stripe/fake-stripe.ts';
import { addressees, meters, Rollups } from './stripe-stage.ts';

const startMs = Date.parse('2026-11-22T05:20:00Z');
let nowMs = startMs;
const now = (): Date => new Date(nowMs);
let stripe: FakeStripe;
let client: Stripe;
let rollups: Rollups;
let exporter: StripeExporter;
let tenants = 0;
let tenant: string;
let link: { tenant: string; destination: 'stripe'; customer: string; from: string };
beforeAll(async () => {
  stripe = await fakeStripe({ now });
  for (const { name } of meters) stripe.addMeter({ eventName: name, window: 'hour' });
  client = stripeClient(stripe.apiKey, stripe.url);
});
afterAll(() => stripe.close());
beforeEach(() => {
  nowMs = startMs;
  stripe.faults.length = 0;
  rollups = new Rollups();
  tenant = `t${tenants++}`;
  link = { tenant, destination: 'stripe', customer: `cus_${tenant}`, from: '2026-01-01T00' };
  stripe.addCustomer(link.customer);
  exporter = new StripeExporter({ client, meters, rollups, now });
});

const hour = (back: number): string => usageHour(new Date(startMs - back * hourMs));
const rowOf = ({ hour: of, version }: HourRollup): OutboxRow => ({
  tenant,
  destination: 'stripe',
  hour: of,
  version,
  since: '',
  attempts: 0,
});
const used = (back: number, requests: number, a = 0, b = 0): OutboxRow =>
  rowOf(rollups.set(tenant, hour(back), { a: { requests, tokens: a }, b: { tokens: b } }));
const deliver = (...rows: readonly OutboxRow[]) => exporter.deliver(link, rows, () => 60_000, addressees);
/** What Stripe would charge for, by meter, of the days up to now. */
async function charged(customer = link.customer): Promise<number[]> {
  const listed = await client.billing.meters.list();
  return Promise.all(
    meters.map(async ({ name }) => {
      const { id = '' } = listed.data.find((meter) => meter.event_name === name) ?? {};
      const day = { start_time: startMs / 1000 - 40 * 86_400, end_time: startMs / 1000 + 86_400 };
      const { data } = await client.billing.meters.listEventSummaries(id, { customer, ...day });
      return data.reduce((sum, { aggregated_value }) => sum + aggregated_value, 0);
    }),
  );
}
const delivered = { kind: 'delivered' };
const later = { kind: 'later' };

test('Stripe is told the whole quantity of each hour and meter, and nothing where there was nothing', async () => {
  const rows = [used(3, 7, 1000), used(2, 0, 0), used(1, 5, 0, 20)];
  const calls = stripe.calls();
  expect(await deliver(...rows)).toEqual([delivered, delivered, delivered]);
  expect(await charged()).toEqual([12, 1000, 20]);
  expect(stripe.calls() - calls).toBe(4);
  expect(stripe.events.at(-1)).toMatchObject({ eventName: 'tokens-b', customer: link.customer, value: '20' });
});

test('a quantity of more digits than Stripe takes is rejected with its words, digit by digit, and the others are told', async () => {
  const units = { requests: 1, tokens: Number.MAX_SAFE_INTEGER };
  const rollup = rollups.set(tenant, hour(1), {});
  const rows = ['x', 'y'].map((hardware) => ({ ...blank, hardware, units: { ...blank.units, ...units } }));
  exporter = new StripeExporter({
    client,
    meters,
    now,
    rollups: {
      async *rollups() {
        yield { ...rollup, rows };
      },
    },
  });
  const reason = 'Stripe: The value in the event payload can have at most 15 digits. Received 18014398509481982.';
  expect(await deliver(rowOf(rollup))).toEqual([{ kind: 'rejected', reason }]);
  expect(await charged()).toEqual([2, 0, 0]);
});

test('what was delivered and is delivered again counts once, within the day and after it', async () => {
  const row = used(2, 5, 50);
  for (const hours of [0, 1, 30, 31]) {
    nowMs = startMs + hours * hourMs;
    expect(await deliver(row)).toEqual([delivered]);
  }
  expect(await charged()).toEqual([5, 50, 0]);
});

test('late usage and voids are a newer version, which takes the place of the older, whichever arrives last', async () => {
  const first = used(2, 5, 50);
  await deliver(first);
  const second = used(2, 8, 20);
  const third = used(2, 0, 0);
  expect(await deliver(third)).toEqual([delivered]);
  expect(await charged()).toEqual([0, 0, 0]);
  expect(await deliver(used(2, 9, 30), used(1, 1))).toEqual([delivered, delivered]);
  // A process that was thought dead says what it had read.
  const stale = new Rollups();
  stale.set(tenant, hour(2), { a: { requests: 5, tokens: 50 } });
  stale.set(tenant, hour(2), { a: { requests: 8, tokens: 20 } });
  await new StripeExporter({ client, meters, rollups: stale, now }).deliver(link, [second], () => 60_000, addressees);
  expect(await charged()).toEqual([10, 30, 0]);
});

test('a row whose hour has a newer version by now is delivered in that one', async () => {
  const row = used(1, 5);
  const newer = used(1, 6);
  expect(await deliver(row)).toEqual([delivered]);
  expect(await charged()).toEqual([6, 0, 0]);
  const calls = stripe.events.length;
  expect(await deliver(newer)).toEqual([delivered]);
  expect(stripe.events).toHaveLength(calls);
});

test('whatever the network does and wherever the process dies, Stripe holds what the rollups say', async () => {
  const fault = fc.constantFrom('none', 'none', 'none', 'rate limit', 'lock', 'server error', 'forbidden');
  const step = fc.record({
    back: fc.integer({ min: 1, max: 4 }),
    requests: fc.integer({ min: 0, max: 50 }),
    tokens: fc.integer({ min: 0, max: 5 }),
    faults: fc.array(fault, { maxLength: 4 }),
    // After how many rows the process is killed: what it learned of them is lost.
    killed: fc.option(fc.integer({ min: 0, max: 4 })),
  });
  // Tries that the SDK repeats would only take time here.
  const once = sdkWithoutRetries();
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
      tenant = `p${runs++}-${tenants}`;
      link = { tenant, destination: 'stripe', customer: `cus_${tenant}`, from: '2026-01-01T00' };
      stripe.addCustomer(link.customer);
      const waiting = new Map<string, OutboxRow>();
      const totals = new Map<number, { requests: number; tokens: number }>();
      const run = async (killed: number | null): Promise<void> => {
        const process = new StripeExporter({ client: once, meters, rollups, now });
        const rows = [...waiting.values()].sort((a, b) => a.hour.localeCompare(b.hour));
        const told = killed === null ? rows : rows.slice(0, killed);
        const outcomes = await process.deliver(link, told, () => 60_000, addressees).catch(() => []);
        if (killed !== null) return;
        for (const [index, row] of rows.entries()) {
          if (outcomes[index]?.kind === 'delivered') waiting.delete(row.hour);
        }
      };
      for (const { back, requests, tokens, faults, killed } of steps) {
        const row = used(back, requests, tokens);
        waiting.set(row.hour, row);
        totals.set(back, { requests, tokens });
        stripe.faults.push(...faults);
        await run(killed);
      }
      stripe.faults.length = 0;
      await run(null);
      expect(waiting.size).toBe(0);
      const sum = (of: 'requests' | 'tokens') => [...totals.values()].reduce((total, each) => total + each[of], 0);
      expect(await charged()).toEqual([sum('requests'), sum('tokens'), 0]);
    }),
    { numRuns: 15 },
  );
});

test('an answer that is lost after Stripe stored the event leaves one event, and a delivered row', async () => {
  const row = used(1, 5);
  // Also the SDK's repetition gets no answer.
  stripe.faults.push('lose the answer', 'lose the answer');
  expect(await deliver(row)).toMatchObject([{ ...later, reason: 'Stripe gives no answer' }]);
  expect(await deliver(row)).toEqual([delivered]);
  expect(await charged()).toEqual([5, 0, 0]);
  expect(stripe.events.filter(({ customer }) => customer === link.customer)).toHaveLength(1);
});

test.each([
  ['rate limit', 'Stripe asks to wait'],
  ['lock', 'Stripe asks to wait'],
] as const)('after a %s the row and all after it wait, without a call', async (fault, reason) => {
  const rows = [used(3, 1), used(2, 1), used(1, 1)];
  const calls = stripe.calls();
  stripe.faults.push('none', fault);
  expect(await deliver(...rows)).toEqual([delivered, { ...later, reason }, { ...later, reason }]);
  expect(stripe.calls() - calls).toBe(2);
  expect(await deliver(...rows.slice(1))).toEqual([delivered, delivered]);
  expect(await charged()).toEqual([3, 0, 0]);
});

test('a call is not begun when there may be no time for its answer', async () => {
  const calls = stripe.calls();
  expect(await exporter.deliver(link, [used(1, 1)], () => 5000, addressees)).toMatchObject([later]);
  expect(stripe.calls()).toBe(calls);
});

test('an hour of 34 days ago is told, an older one is rejected with the reason, and the others go on', async () => {
  const rows = [used(34 * 24 + 1, 1), used(34 * 24 - 1, 2), used(1, 3)];
  expect(await deliver(...rows)).toEqual([
    { kind: 'rejected', reason: expect.stringContaining('35 days') },
    delivered,
    delivered,
  ]);
  expect(await charged()).toEqual([5, 0, 0]);
});

test('no two calls for a customer and a meter are under way at once', async () => {
  // Stripe would refuse the second with a lock.
  expect(await deliver(...[5, 4, 3, 2, 1].map((back) => used(back, 1, 1, 1)))).toEqual(Array(5).fill(delivered));
});

test('what Stripe refuses as it is stays rejected with Stripe’s words, and stops nothing', async () => {
  const rows = [used(2, 1), used(1, 1)];
  // Stripe's clock is behind ours by more than it takes.
  nowMs = startMs - 90 * 60_000;
  const real = new StripeExporter({ client, meters, rollups, now: () => new Date(startMs) });
  expect(await real.deliver(link, rows, () => 60_000, addressees)).toEqual([
    delivered,
    { kind: 'rejected', reason: 'Stripe: The event timestamp cannot be more than 5 minutes in the future.' },
  ]);
});

test('a key that Stripe refuses is a failure of the run, in words that show nothing of the key', async () => {
  const key = `sk_test_${'a'.repeat(20)}SECRET`;
  exporter = new StripeExporter({ client: stripeClient(key, stripe.url), meters, rollups, now });
  const error = await deliver(used(1, 1)).catch((thrown: unknown) => thrown as Error);
  expect(error).toMatchObject({ message: expect.stringContaining('refuses the API key') });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('CRET');
  stripe.faults.push('forbidden');
  exporter = new StripeExporter({ client, meters, rollups, now });
  await expect(deliver(used(1, 1))).rejects.toThrow('lacks a permission');
});

test.each([
  ['is not there', undefined, /"wrong-\w+" is not there/],
  ['has no hour window', { window: null }, /"wrong-\w+" must have the event_time_window "hour"/],
  ['counts events', { window: 'hour', formula: 'count' }, /"wrong-\w+" must have the formula "sum"/],
] as const)(
  'a meter that %s is found before anything is told, and what waits is kept',
  async (_, settings, problem) => {
    const name = `wrong-${tenant}`;
    if (settings !== undefined) stripe.addMeter({ eventName: name, ...settings });
    exporter = new StripeExporter({ client, meters: [...meters, { name, unit: 'items' }], rollups, now });
    const events = stripe.events.length;
    await expect(deliver(used(1, 1))).rejects.toThrow(problem);
    expect(stripe.events).toHaveLength(events);
    if (settings !== undefined) return;
    stripe.addMeter({ eventName: name, window: 'hour' });
    expect(await deliver(used(1, 2))).toEqual([delivered]);
  },
);

const blank = new Rollups().set('', '', { a: {} }).rows[0] as HourRollup['rows'][number];

function sdkWithoutRetries(): Stripe {
  const { hostname, port } = new URL(stripe.url);
  return new Stripe(stripe.apiKey, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
}
