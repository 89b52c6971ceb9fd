import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Invoice } from '../../../core/billing/invoice/invoice.ts';
import { invoiceHtml } from '../../../core/billing/invoice/invoice-html.ts';

const invoice: Invoice = {
  id: '2026-11-1',
  state: 'open',
  number: 'DEV-00000001',
  finalizedAt: '2026-12-01T02:00:00.000Z',
  sha256: 'c'.repeat(64),
  tenant: 'acme',
  name: 'Acme',
  plan: 'pro',
  month: '2026-11',
  from: '2026-11-01T00:00:00.000Z',
  to: '2026-12-01T00:00:00.000Z',
  currency: 'EUR',
  lines: [
    {
      line: 1,
      key: '2026-11/pro/prices[1]',
      kind: 'usage',
      description: 'linear-2x: items',
      amount: '1.95',
      usage: {
        priceBook: '2026-11',
        plan: 'pro',
        place: 'prices[1]',
        model: 'linear-2x',
        hardware: '*',
        unit: 'items',
        charge: 'graduated',
        quantity: '3000',
        included: '100',
        steps: [
          { quantity: '1000', price: '0.001', amount: '1' },
          { quantity: '1900', price: '0.0005', amount: '0.95' },
        ],
        exact: '1.95',
        parts: [{ model: 'linear-2x', hardware: 'lambda-cpu', quantity: '3000', amount: '1.95' }],
      },
    },
  ],
  total: '1.95',
  prepaid: '0.00',
  unpricedRequests: '0',
  evidence: { hours: 1, openHours: 0, events: 1, until: '2026-11-21T02:00:00.000Z', sha256: 'd'.repeat(64) },
  creditNotes: [
    { number: 'DEV-00000001-C1', amount: '0.95', reason: 'an outage', at: '2026-12-02T00:00:00.000Z', by: 'x' },
  ],
  due: '1.00',
};

test('a page says who owes what, for what, and how it comes to that', () => {
  const page = invoiceHtml(invoice);
  for (const text of [
    'Invoice DEV-00000001',
    'Acme (acme)',
    '2026-11-01 to 2026-11-30, UTC',
    '3,000',
    '100 included',
    '1,900 × 0.0005 = 0.95',
    'Credit note DEV-00000001-C1: an outage',
    'Still due',
    '1.00',
  ]) {
    expect(page).toContain(text);
  }
  expect(page).not.toContain('Paid ahead');
  expect(invoiceHtml({ ...invoice, prepaid: '0.50' })).toMatch(/Paid ahead.*-0\.50/);
  expect(invoiceHtml({ ...invoice, state: 'draft', creditNotes: [] })).toContain('not an invoice');
  expect(invoiceHtml({ ...invoice, state: 'void', due: '0.00' })).toContain('nothing is owed');
});

test('no name, reason or description can put anything into the page but text', () => {
  const hostile = fc.oneof(
    fc.string(),
    fc.constantFrom('<script>alert(1)</script>', '"><img src=x>', "'</style>", '&lt;'),
  );
  const tags = (html: string): number => (html.match(/</g) ?? []).length;
  const plain = tags(invoiceHtml(invoice));
  fc.assert(
    fc.property(hostile, (text) => {
      const page = invoiceHtml({
        ...invoice,
        name: text,
        plan: text,
        lines: invoice.lines.map((line) => ({ ...line, description: text })),
        creditNotes: invoice.creditNotes.map((note) => ({ ...note, reason: text })),
      });
      expect(tags(page)).toBe(plain);
      expect(page).not.toContain('<script');
    }),
  );
});
