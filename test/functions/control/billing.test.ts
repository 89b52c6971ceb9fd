import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Invoice } from '../../../core/billing/invoice/invoice.ts';
import { usageEventOf } from '../../core/metering/usage-event-of.ts';
import { type Platform, startPlatform, type TestAnswer } from '../platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

const book = JSON.parse(readFileSync(new URL('../../../prices/price-book.json', import.meta.url), 'utf8')) as object;
const publish = (change: object = {}) => platform.control('POST', '/prices', { body: { ...book, ...change } });

interface Caller {
  readonly tenant: string;
  readonly plan: string;
  readonly keyId: string;
}
let count = 0;
async function newTenant(): Promise<Caller> {
  count += 1;
  // Late in the month, since each hour from here on is closed by itself.
  platform.clock.now = new Date('2026-11-30T20:00:00Z');
  const { json } = await platform.control<Caller>('POST', '/tenants', {
    body: { name: `billed-${count}`, plan: 'pro' },
  });
  return { tenant: json.tenant, plan: 'pro', keyId: json.keyId };
}
const invoice = (caller: Caller, id: string): Promise<TestAnswer<Invoice>> =>
  platform.control<Invoice>('GET', '/tenants/{tenant}/invoices/{invoice}', {
    params: { tenant: caller.tenant, invoice: id },
  });
const act = (
  caller: Caller,
  id: string,
  action: string,
  body: object = {},
): Promise<TestAnswer<Invoice & { detail: string }>> =>
  platform.control('POST', `/tenants/{tenant}/invoices/{invoice}/${action}`, {
    params: { tenant: caller.tenant, invoice: id },
    body,
  });
/** Uses a model, and closes all hours up to `now`. */
async function useAndClose({ tenant }: Caller, items: number, now: string): Promise<void> {
  await platform.journal.append(
    usageEventOf(tenant, new Date('2026-11-30T21:30:00Z'), { model: 'linear-2x', items, keyId: 'K000000001' }),
  );
  platform.clock.now = new Date(now);
  expect((await platform.control('POST', '/billing/close', { body: { tenant } })).status).toBe(200);
}

test('without prices there is no invoice, and it says what is missing', async () => {
  const caller = await newTenant();
  const { status, json } = await invoice(caller, '2026-11');
  expect(status).toBe(409);
  expect(json).toMatchObject({ detail: expect.stringContaining('no price book') });
});

test('a published price book never changes, and the same again is a success', async () => {
  const first = await publish();
  expect(first.status).toBe(201);
  expect(first.json).toMatchObject({
    version: '2026-11',
    current: true,
    unknownModels: expect.arrayContaining(['fashion']),
  });
  expect((await publish()).json).toEqual(first.json);
  const other = await publish({ minimum: '1.00' });
  expect([other.status, other.text]).toEqual([409, expect.stringContaining('another version')]);
  const dollars = await publish({ version: 'usd', currency: 'USD' });
  expect([dollars.status, dollars.text]).toEqual([409, expect.stringContaining('one currency')]);
  const shown = await platform.control('GET', '/prices/{version}', { params: { version: '2026-11' } });
  const { $schema: _, ...content } = book as { $schema: string };
  expect(shown.json).toMatchObject({ book: content });
});

test('a wrong price book is refused with the place and the fix', async () => {
  const { status, text } = await publish({ version: 'wrong', prices: [] });
  expect(status).toBe(400);
  expect(text).toContain('no price for model');
});

test('usage becomes a draft, an invoice, and what operators make of it; all of it is in the audit log', async () => {
  const caller = await newTenant();
  await useAndClose(caller, 3000, '2026-12-01T03:00:00Z');
  const draft = await invoice(caller, '2026-11');
  // 100 included, 1,000 at 0.001, 1,900 at 0.0005.
  expect(draft.json).toMatchObject({
    state: 'draft',
    total: '1.95',
    lines: [{ usage: { quantity: '3000', included: '100' } }],
  });
  const final = await act(caller, '2026-11', 'finalize');
  expect(final.json).toMatchObject({
    id: '2026-11-1',
    state: 'open',
    number: expect.stringMatching(/^DEV-\d{8}$/),
    total: '1.95',
  });
  const line = await platform.control('GET', '/tenants/{tenant}/invoices/{invoice}/lines/{line}', {
    params: { tenant: caller.tenant, invoice: '2026-11-1', line: '1' },
  });
  expect(line.json).toMatchObject({
    quantity: '3000',
    agrees: true,
    hours: [{ hour: '2026-11-30T21', quantity: '3000' }],
  });
  expect((await act(caller, '2026-11-1', 'credit', { amount: '0.95', reason: 'an outage' })).json).toMatchObject({
    due: '1.00',
    creditNotes: [{ by: 'arn:aws:iam::000000000000:user/operator' }],
  });
  expect((await act(caller, '2026-11-1', 'void', { reason: 'x' })).status).toBe(409);
  const { json } = await platform.control<{ records: { action: string }[] }>('GET', '/audit', {
    query: { tenant: caller.tenant },
  });
  expect(json.records.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['invoice.finalize', 'invoice.credit', 'invoice.void']),
  );
});

test('what was voided before an invoice was asked for is not on it, whether or not its hour was closed since', async () => {
  const caller = await newTenant();
  const { tenant } = caller;
  const gone = usageEventOf(tenant, new Date('2026-11-30T21:40:00Z'), { model: 'linear-2x', items: 2000 });
  await platform.journal.append(gone);
  await useAndClose(caller, 1100, '2026-12-01T03:00:00Z');
  const { status } = await platform.control('POST', '/tenants/{tenant}/usage/events/{event}/void', {
    params: { tenant, event: gone.id },
    body: { reason: 'a test' },
  });
  expect(status).toBe(200);
  expect((await act(caller, '2026-11', 'finalize')).json).toMatchObject({ total: '1.00', evidence: { events: 1 } });
});

test.each([
  ['finalize', { early: 'yes' }],
  ['finalize', { soon: true }],
  ['void', {}],
  ['credit', { amount: 5, reason: 'x' }],
  ['credit', { amount: '5' }],
])('%s with %j is refused', async (action, body) => {
  const caller = await newTenant();
  expect((await act(caller, '2026-11', action, body)).status).toBe(400);
});

test("tenants see their own bill and nobody else's", async () => {
  const [own, other] = [await newTenant(), await newTenant()];
  await useAndClose(own, 3000, '2026-12-01T03:00:00Z');
  await act(own, '2026-11', 'finalize');
  const list = await platform.account<{ invoices: Invoice[] }>('GET', '/invoices', { caller: own });
  expect(list.json.invoices.map(({ id, state }) => [id, state])).toEqual([
    ['2026-12', 'draft'],
    ['2026-11-1', 'open'],
  ]);
  const show = (caller: Caller, id: string) =>
    platform.account('GET', '/invoices/{invoice}', { caller, params: { invoice: id } });
  expect((await show(own, '2026-11-1')).json).toMatchObject({ tenant: own.tenant, total: '1.95' });
  expect((await show(other, '2026-11-1')).status).toBe(404);
  expect((await show(other, '2026-11-1')).text).toBe(
    (await show(other, '2026-11-9')).text.replace('2026-11-9', '2026-11-1'),
  );
  const lines = await platform.account('GET', '/invoices/{invoice}/lines/{line}', {
    caller: own,
    params: { invoice: '2026-11-1', line: '1' },
  });
  expect(lines.json).toMatchObject({ agrees: true });
  const costs = await platform.account('GET', '/costs', {
    caller: own,
    query: { from: '2026-11-30', to: '2026-12-01' },
  });
  expect(costs.json).toMatchObject({
    total: '1.95',
    rows: [{ day: '2026-11-30', model: 'linear-2x', unit: 'items', quantity: '3000', amount: '1.95' }],
  });
  expect(
    (await platform.account('GET', '/costs', { caller: other, query: { from: '2026-11-30', to: '2026-12-01' } })).json,
  ).toMatchObject({ total: '0.00', rows: [] });
});

test('money paid ahead is granted by operators, taken by the invoice, and shown to the tenant', async () => {
  const caller = await newTenant();
  const params = { tenant: caller.tenant };
  const granted = await platform.control('POST', '/tenants/{tenant}/credits', {
    params,
    body: { amount: '1', reason: 'a voucher' },
  });
  expect([granted.status, granted.json]).toEqual([201, expect.objectContaining({ balance: '1.00', currency: 'EUR' })]);
  await useAndClose(caller, 3000, '2026-12-01T03:00:00Z');
  expect((await act(caller, '2026-11', 'finalize')).json).toMatchObject({
    total: '1.95',
    prepaid: '1.00',
    due: '0.95',
  });
  expect((await platform.control('GET', '/tenants/{tenant}/credits', { params })).json).toMatchObject({
    balance: '0.00',
  });
  expect((await platform.account('GET', '/invoices', { caller })).json).toMatchObject({
    balance: '0.00',
    currency: 'EUR',
  });
  expect(
    (await platform.control('POST', '/tenants/{tenant}/credits', { params, body: { amount: 'all', reason: 'x' } }))
      .status,
  ).toBe(400);
});
