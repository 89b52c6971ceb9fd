import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Invoice } from '../../core/billing/invoice/invoice.ts';
import { type FakeStripe, fakeStripe } from '../fakes/stripe/fake-stripe.ts';
import { maas, maasJson, type NewTenant, newTenant } from './operator.ts';
import { runExports } from './run-exports.ts';

const { url } = inject('maas').demo;
let folder: string;
let stripe: FakeStripe;
let client: Stripe;
beforeAll(async () => {
  await maasJson('prices', 'publish', 'prices/price-book.json');
  stripe = await fakeStripe();
  for (const eventName of ['linear_rows', 'calls']) stripe.addMeter({ eventName, window: 'hour' });
  const { hostname, port } = new URL(stripe.url);
  client = new Stripe(stripe.apiKey, { host: hostname, port, protocol: 'http', telemetry: false });
  folder = mkdtempSync(join(tmpdir(), 'maas-stripe-'));
  const file = join(folder, 'stripe.json');
  const meters = [
    { name: 'linear_rows', unit: 'items', model: 'linear-2x' },
    { name: 'calls', unit: 'requests' },
  ];
  const { apiKey, webhookSecret } = stripe;
  writeFileSync(file, JSON.stringify({ apiKey, webhookSecret, meters, apiBase: stripe.url }));
  await maasJson('exports', 'connect', 'stripe', file);
});
afterAll(async () => {
  await maas('exports', 'disconnect', 'stripe');
  await stripe.close();
  rmSync(folder, { recursive: true });
});

async function linked(customer: string): Promise<NewTenant> {
  const tenant = await newTenant('pro');
  await maasJson('exports', 'link', tenant.tenant, 'stripe', `customer=${customer}`);
  return tenant;
}
async function infer({ apiKey }: NewTenant, rows: number): Promise<void> {
  const data = Array.from({ length: rows }, () => 1);
  const response = await fetch(`${url}/v2/models/linear-2x/infer`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [rows, 1], data }] }),
  });
  expect(response.status).toBe(200);
}
async function exported({ tenant }: NewTenant): Promise<void> {
  await maasJson('billing', 'close', '--now', '--tenant', tenant);
  await runExports();
}
/** What Stripe would charge a customer for, of one meter. */
async function charged(customer: string, name: string): Promise<string> {
  const { data: meters } = await client.billing.meters.list();
  const id = meters.find((meter) => meter.event_name === name)?.id ?? '';
  const day = 86_400;
  const today = Math.floor(Date.now() / 1000 / day) * day;
  const range = { customer, start_time: today - day, end_time: today + 2 * day };
  const { data } = await client.billing.meters.listEventSummaries(id, range);
  return String(data[0]?.aggregated_value);
}

test('Stripe charges for what the invoice says, also after late usage, and counts nothing twice', async () => {
  stripe.addCustomer('cus_whole');
  const tenant = await linked('cus_whole');
  let sum = 0;
  for (const rows of [300, 41]) {
    await infer(tenant, rows);
    sum += rows;
    await exported(tenant);
    const { lines } = await maasJson<Invoice>('invoices', 'show', tenant.tenant, new Date().toISOString().slice(0, 7));
    expect(lines.map(({ usage }) => usage?.quantity)).toEqual([String(sum)]);
    expect(await charged('cus_whole', 'linear_rows')).toBe(String(sum));
  }
  await runExports();
  expect(await charged('cus_whole', 'calls')).toBe('2');
});

test('usage that Stripe took and cannot count is shown with the reason, and counts once it was put right', async () => {
  const tenant = await linked('cus_late');
  await infer(tenant, 7);
  await exported(tenant);
  const status = () => maasJson<{ rows: { state: string; reason: string }[] }>('exports', 'status', tenant.tenant);
  expect((await status()).rows).toEqual([]);

  const reports = stripe.report();
  expect(reports).not.toEqual([]);
  for (const { body, signature } of reports) {
    const send = (key: string) =>
      fetch(`${url}/webhooks/stripe`, { method: 'POST', headers: { 'stripe-signature': key }, body });
    expect((await send(`${signature.slice(0, -2)}zz`)).status).toBe(400);
    expect((await send(signature)).status).toBe(200);
    expect((await send(signature)).status).toBe(200);
  }
  await runExports();
  const { rows } = await status();
  expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['rejected']));
  expect(rows[0]?.reason).toContain("No such customer: 'cus_late'");

  stripe.addCustomer('cus_late');
  await maasJson('exports', 'retry', tenant.tenant, 'stripe');
  await runExports();
  expect((await status()).rows).toEqual([]);
  expect(await charged('cus_late', 'linear_rows')).toBe('7');
});

test('no listing shows a secret of the connection', async () => {
  const printed = [await maas('--json', 'exports', 'list'), await maas('--json', 'audit')];
  const text = printed.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  expect(text).toContain('stripe');
  expect(text).not.toContain(stripe.apiKey);
  expect(text).not.toContain(stripe.webhookSecret);
});
