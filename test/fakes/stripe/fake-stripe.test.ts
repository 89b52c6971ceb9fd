import Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeStripe, fakeStripe } from './fake-stripe.ts';

const hourMs = 3_600_000;
const start = Date.parse('2026-11-22T05:30:00Z');
let nowMs = start;
let stripe: FakeStripe;
let client: Stripe;
beforeAll(async () => {
  stripe = await fakeStripe({ now: () => new Date(nowMs) });
  stripe.addCustomer('cus_1');
  client = sdk(stripe.apiKey);
});
afterAll(() => stripe.close());

const sdk = (apiKey: string): Stripe => {
  const { hostname, port } = new URL(stripe.url);
  return new Stripe(apiKey, { host: hostname, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
};
let names = 0;
const meter = (window: 'hour' | null = 'hour') => stripe.addMeter({ eventName: `m${names++}`, window });
const send = (
  { eventName }: { readonly eventName: string },
  value: string,
  { at = start, identifier = `id-${names++}`, customer = 'cus_1' } = {},
) =>
  client.billing.meterEvents.create({
    event_name: eventName,
    identifier,
    timestamp: Math.floor(at / 1000),
    payload: { stripe_customer_id: customer, value },
  });
const total = async ({ id }: { readonly id: string }, grouped?: 'hour'): Promise<number[]> => {
  const day = { start_time: Date.parse('2026-11-22T00:00Z') / 1000, end_time: Date.parse('2026-11-23T00:00Z') / 1000 };
  const found = client.billing.meters.listEventSummaries(id, {
    customer: 'cus_1',
    ...day,
    limit: 2,
    ...(grouped === undefined ? {} : { value_grouping_window: grouped }),
  });
  const values: number[] = [];
  for await (const { aggregated_value } of found) values.push(aggregated_value);
  return values;
};

test('a value of 15 digits counts, and one of 16 is refused', async () => {
  const plain = meter(null);
  await send(plain, '999999999999999');
  await expect(send(plain, '1000000000000000')).rejects.toMatchObject({ statusCode: 400 });
  expect(await total(plain)).toEqual([999_999_999_999_999]);
});

test('of a meter with an hour window the latest event of an hour counts, however late an earlier one comes', async () => {
  const hourly = meter();
  await send(hourly, '5', { at: start + 1000 });
  await send(hourly, '7', { at: start + 2000 });
  await send(hourly, '6', { at: start + 1500 });
  for (const hours of [1, 2, 3]) await send(hourly, '100', { at: start - hours * hourMs });
  expect(await total(hourly)).toEqual([307]);
  expect(await total(hourly, 'hour')).toEqual([7, 100, 100, 100]);
  const plain = meter(null);
  await send(plain, '5');
  await send(plain, '7');
  expect(await total(plain)).toEqual([12]);
});

test('an identifier is taken for 24 hours, and the SDK is told not to try again', async () => {
  const hourly = meter();
  await send(hourly, '1', { identifier: 'once' });
  const calls = stripe.calls();
  await expect(send(hourly, '2', { identifier: 'once' })).rejects.toMatchObject({
    type: 'StripeInvalidRequestError',
    statusCode: 400,
    message: 'An event already exists with identifier once.',
  });
  expect(stripe.calls()).toBe(calls + 1);
  nowMs = start + 24 * hourMs;
  await send(hourly, '3', { identifier: 'once' });
  nowMs = start;
  expect(await total(hourly)).toEqual([3]);
});

test.each([
  ['35 days and a second back', -35 * 24 * hourMs - 1000, /35 days in past/],
  ['35 days back', -35 * 24 * hourMs, undefined],
  ['5 minutes ahead', 300_000, undefined],
  ['5 minutes and a second ahead', 301_000, /in the future/],
])('a timestamp %s', async (_, offsetMs, refusal) => {
  const sent = send(meter(), '1', { at: start + offsetMs });
  await (refusal === undefined ? expect(sent).resolves.toBeDefined() : expect(sent).rejects.toThrow(refusal));
});

test('two calls at once for a customer and a meter: one of them is refused, and other meters do not mind', async () => {
  const [one, other] = [meter(), meter()];
  stripe.faults.push('hold', 'hold');
  const outcomes = await Promise.allSettled([send(one, '1'), send(other, '3'), send(one, '2')]);
  const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  expect(failed).toEqual([expect.objectContaining({ type: 'StripeRateLimitError', code: 'lock_timeout' })]);
  expect(outcomes[1]?.status).toBe('fulfilled');
});

test('an answer that is lost is given again to the same Idempotency-Key, and the event is stored once', async () => {
  const plain = meter(null);
  stripe.faults.push('lose the answer');
  // The SDK tries a closed connection once more, whatever it was told about retries.
  await send(plain, '4');
  expect(await total(plain)).toEqual([4]);
  const options = { idempotencyKey: 'mine' };
  const event = { event_name: plain.eventName, payload: { stripe_customer_id: 'cus_1', value: '1' } };
  await client.billing.meterEvents.create(event, options);
  await expect(client.billing.meterEvents.create({ ...event, identifier: 'else' }, options)).rejects.toMatchObject({
    type: 'StripeIdempotencyError',
  });
  expect(await total(plain)).toEqual([5]);
});

test('what counts nowhere is accepted, and reported later by a signed, thin webhook', async () => {
  const hourly = meter();
  stripe.report();
  for (let each = 0; each < 7; each++) await send(hourly, '1', { identifier: `lost-${each}`, customer: 'cus_none' });
  await send(hourly, '1.5', { identifier: 'half' });
  await send({ eventName: 'nobody' }, '1', { identifier: 'unheard' });
  const webhooks = stripe.report();
  expect(stripe.report()).toEqual([]);
  const events = await Promise.all(
    webhooks.map(async ({ body, signature }) => {
      expect(body).not.toContain('lost-0');
      const seen = client.parseEventNotification(body, signature, stripe.webhookSecret, 300, undefined, nowMs);
      expect(() => client.parseEventNotification(`${body} `, signature, stripe.webhookSecret)).toThrow('signature');
      return client.v2.core.events.retrieve(seen.id);
    }),
  );
  expect(events).toMatchObject([
    {
      type: 'v1.billing.meter.error_report_triggered',
      related_object: { id: hourly.id },
      data: {
        reason: {
          error_count: 8,
          error_types: [
            { code: 'meter_event_customer_not_found', error_count: 7 },
            { code: 'meter_event_invalid_value', sample_errors: [{ request: { identifier: 'half' } }] },
          ],
        },
      },
    },
    { type: 'v1.billing.meter.no_meter_found', data: { reason: { error_types: [{ code: 'no_meter' }] } } },
  ]);
  expect(await total(hourly)).toEqual([0]);
  await expect(client.v2.core.events.retrieve('evt_none')).rejects.toMatchObject({ statusCode: 404 });
});

test('another key, a wrong parameter and a faulty Stripe are what the SDK says they are', async () => {
  await expect(sdk('sk_test_wrong').billing.meters.list()).rejects.toMatchObject({ type: 'StripeAuthenticationError' });
  const long = { identifier: 'x'.repeat(101) };
  await expect(send(meter(), '1', long)).rejects.toMatchObject({ type: 'StripeInvalidRequestError' });
  stripe.faults.push('rate limit', 'forbidden', 'server error');
  await expect(send(meter(), '1')).rejects.toMatchObject({ type: 'StripeRateLimitError' });
  await expect(send(meter(), '1')).rejects.toMatchObject({ type: 'StripePermissionError' });
  await expect(send(meter(), '1')).rejects.toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
});
