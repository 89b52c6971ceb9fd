import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, inject, test } from 'vitest';
import { routes } from '../../core/api/routes.ts';
import type { Invoice } from '../../core/billing/invoice/invoice.ts';
import type { ExplainedLine } from '../../core/billing/invoice/invoices.ts';
import type { LineEvents } from '../../core/billing/invoice/line-events.ts';
import { readPdf } from '../core/billing/pdf-text.ts';
import { maas, maasJson, type NewTenant, newTenant } from './operator.ts';

const { url } = inject('maas').demo;
const file = 'prices/price-book.json';

beforeAll(async () => {
  await maasJson('prices', 'publish', file);
});

const month = (): string => new Date().toISOString().slice(0, 7);
const infer = (path: string, { apiKey }: NewTenant, rows: number): Promise<Response> =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: JSON.stringify({
      inputs: [{ name: 'x', datatype: 'FP32', shape: [rows, 1], data: Array.from({ length: rows }, () => 1) }],
    }),
  });
const draft = async ({ tenant }: NewTenant): Promise<Invoice> => {
  await maasJson('billing', 'close', '--now', '--tenant', tenant);
  return maasJson('invoices', 'show', tenant, month());
};

interface Bill {
  readonly call: (tenant: NewTenant) => Promise<Response>;
  /** The price that the call is charged by, and how many of its units. */
  readonly model: string;
  readonly quantity: string;
}

/** Every route that costs something, with a call of it. A billable route that is not here fails the test below. */
const bills: Readonly<Record<string, Bill>> = {
  'open-inference.infer': {
    call: (tenant) => infer('/v2/models/linear-2x/infer', tenant, 300),
    model: 'linear-2x',
    quantity: '300',
  },
  'open-inference.version-infer': {
    call: (tenant) => infer('/v2/models/linear-2x/versions/1/infer', tenant, 200),
    model: 'linear-2x',
    quantity: '200',
  },
  'hugging-face.task': {
    call: ({ apiKey }) =>
      fetch(`${url}/models/spam`, {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey}` },
        body: '{"inputs": "win money now"}',
      }),
    model: 'spam',
    quantity: '1',
  },
};

test.each(routes.filter(({ billable }) => billable).map(({ id }) => id))(
  'a success of %s is on the invoice with what was used, and a failure is not',
  async (route) => {
    const bill = bills[route];
    if (bill === undefined)
      throw new Error(`${route} is billable: say here how it is called and what is charged for it`);
    const tenant = await newTenant('pro');
    expect((await bill.call(tenant)).status).toBe(200);
    const { path } = routes.find(({ id }) => id === route) ?? { path: '' };
    const wrong = await fetch(`${url}${path.replace('{model}', bill.model).replace('{version}', '1')}`, {
      method: 'POST',
      headers: { 'x-api-key': tenant.apiKey, authorization: `Bearer ${tenant.apiKey}` },
      body: '{"inputs": 7}',
    });
    expect(wrong.status).toBe(400);
    const { lines, evidence } = await draft(tenant);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ kind: 'usage', usage: { model: bill.model, quantity: bill.quantity } });
    expect(evidence.events).toBe(1);
  },
);

test('from calls to the invoice: drafted, finalized, explained, supplemented and credited', async () => {
  const tenant = await newTenant('pro');
  const use = async (rows: number): Promise<string> => {
    const answer = await infer('/v2/models/linear-2x/infer', tenant, rows);
    expect(answer.status).toBe(200);
    return answer.headers.get('x-usage-event-id') ?? '';
  };
  const event = await use(1000);
  await use(2000);
  // 100 included, 1,000 at 0.001, 1,900 at 0.0005.
  expect(await draft(tenant)).toMatchObject({ state: 'draft', total: '1.95', evidence: { events: 2 } });

  const soon = await maas('invoices', 'finalize', tenant.tenant, month());
  expect([soon.code, soon.stderr]).toEqual([1, expect.stringContaining('early')]);
  const first = await maasJson<Invoice>('invoices', 'finalize', tenant.tenant, month(), '--early');
  expect(first).toMatchObject({ id: `${month()}-1`, state: 'open', total: '1.95', due: '1.95' });
  const line = await maasJson<ExplainedLine>('invoices', 'line', tenant.tenant, first.id, '1');
  expect(line).toMatchObject({ quantity: '3000', agrees: true });
  expect(line.hours.flatMap(({ byKey }) => byKey.map(({ keyId }) => keyId))).toContain(tenant.keyId);

  // Down to its events, and from an event back to its line.
  const quantities: string[] = [];
  for (const { hour, quantity } of line.hours) {
    const counted = await maasJson<LineEvents>('invoices', 'line', tenant.tenant, first.id, '1', '--hour', hour);
    expect(counted.events.reduce((sum, each) => sum + Number(each.quantity), 0)).toBe(Number(quantity));
    quantities.push(...counted.events.filter(({ id }) => id === event).map((each) => each.quantity));
  }
  expect(quantities).toEqual(['1000']);
  const invoiced = { invoiced: [{ invoice: first.id, number: first.number, lines: [1] }] };
  expect(await maasJson('usage', tenant.tenant, '--event', event)).toMatchObject(invoiced);

  await use(100);
  const late = await draft(tenant);
  expect(late.lines.map(({ amount }) => amount)).toEqual(['-1.95', '2.00']);
  const second = await maasJson<Invoice>('invoices', 'finalize', tenant.tenant, month(), '--early');
  expect(second).toMatchObject({ id: `${month()}-2`, total: '0.05' });
  expect(await maasJson<Invoice>('invoices', 'show', tenant.tenant, first.id)).toEqual(first);

  const credited = await maasJson<Invoice>(
    'invoices',
    'credit',
    tenant.tenant,
    first.id,
    '0.95',
    '--reason',
    'an outage',
  );
  expect(credited).toMatchObject({ total: '1.95', due: '1.00', sha256: first.sha256 });

  const get = (path: string, accept = 'application/json'): Promise<Response> =>
    fetch(`${url}${path}`, { headers: { 'x-api-key': tenant.apiKey, accept } });
  const { invoices } = (await (await get('/invoices')).json()) as { invoices: Invoice[] };
  expect(invoices.map(({ id }) => id)).toEqual([month(), second.id, first.id]);
  expect(await (await get(`/invoices/${first.id}`)).json()).toEqual(credited);
  const further = { invoiced: [{ invoice: second.id, number: second.number, lines: [2] }] };
  expect(await (await get(`/usage/events/${event}`)).json()).toMatchObject(further);
  const pdf = await get(`/invoices/${first.id}/pdf`, '*/*');
  expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  expect(pdf.headers.get('content-disposition')).toBe(`attachment; filename="${first.number}.pdf"`);
  const bytes = Buffer.from(await pdf.arrayBuffer());
  const text = readPdf(bytes).pages.flat();
  for (const said of [`Invoice ${first.number}`, '3,000', '1.95', '-0.95', '1.00']) expect(text).toContain(said);
  const page = await get(`/invoices/${first.id}`, 'text/html');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await page.text()).toContain(`Invoice ${first.number}`);
  expect(await (await get('/costs')).json()).toMatchObject({
    total: '2.00',
    rows: [{ model: 'linear-2x', quantity: '3100' }],
  });

  const folder = mkdtempSync(join(tmpdir(), 'maas-invoice-'));
  const written = join(folder, 'invoice.html');
  const saved = join(folder, 'invoice.pdf');
  await maasJson('invoices', 'show', tenant.tenant, first.id, '--html', written, '--pdf', saved);
  expect(readFileSync(saved).equals(bytes)).toBe(true);
  expect(readFileSync(written, 'utf8')).toContain('an outage');
  rmSync(folder, { recursive: true });
});

test('a tenant does not find the invoices of another, and one that is void is owed no longer', async () => {
  const [own, other] = [await newTenant('pro'), await newTenant('pro')];
  await infer('/v2/models/linear-2x/infer', own, 1000);
  await draft(own);
  const { id } = await maasJson<Invoice>('invoices', 'finalize', own.tenant, month(), '--early');
  const status = async ({ apiKey }: NewTenant): Promise<number> =>
    (await fetch(`${url}/invoices/${id}`, { headers: { 'x-api-key': apiKey } })).status;
  expect([await status(own), await status(other)]).toEqual([200, 404]);
  const voided = await maasJson<Invoice>('invoices', 'void', own.tenant, id, '--reason', 'wrong address');
  expect(voided).toMatchObject({ state: 'void', due: '0.00' });
});
