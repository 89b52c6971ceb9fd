import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { invoiceHtml } from '../../../core/billing/invoice/invoice-html.ts';
import { exampleInvoice as invoice } from './example-invoice.ts';

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

test('a page says who sends it, where the stage says so', () => {
  const page = invoiceHtml({ ...invoice, seller: { name: 'Model & Works', lines: ['12 Any Street', 'VAT DE1'] } });
  expect(page).toContain('<strong>Model &amp; Works</strong><br>12 Any Street<br>VAT DE1');
  expect(invoiceHtml(invoice)).not.toContain('address>');
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
