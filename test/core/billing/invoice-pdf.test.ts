import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Invoice } from '../../../core/billing/invoice/invoice.ts';
import { invoicePdf } from '../../../core/billing/invoice/pdf/invoice-pdf.ts';
import { exampleInvoice as invoice } from './example-invoice.ts';
import { readPdf } from './pdf-text.ts';

const cut = (name: string): Buffer =>
  readFileSync(`node_modules/open-sans-fonts/open-sans/${name}/OpenSans-${name}.ttf`);
const fonts = { regular: cut('Regular'), bold: cut('Bold') };
const seller = { name: 'Model Works GmbH', lines: ['Musterstraße 12', '80331 München', 'VAT DE123456789'] };
const read = async (change: Partial<Invoice> = {}) => readPdf(await invoicePdf({ ...invoice, ...change }, fonts));
/** Words of a page, without where its lines break. */
const words = (page: readonly string[] = []): string => page.map((piece) => piece.trim()).join(' ');

test('a PDF says who owes whom what, for what, how it comes to that, and what was credited', async () => {
  const { pages } = await read({ seller, prepaid: '0.05', due: '0.95' });
  expect(pages).toHaveLength(1);
  const text = words(pages[0]);
  for (const expected of [
    'Model Works GmbH Musterstraße 12 80331 München VAT DE123456789',
    'Invoice DEV-00000001',
    'For Acme (acme)',
    'Period 2026-11-01 to 2026-11-30, UTC',
    'Date 2026-12-01',
    '1 linear-2x: items 3,000 1.95',
    '100 included',
    '1,900 × 0.0005 = 0.95',
    '1.95 Total, without tax',
    '-0.05 Paid ahead',
    '-0.95 Credit note DEV-00000001-C1: an outage (2026-12-02)',
    '0.95 Still due',
    `SHA-256 ${invoice.sha256}`,
    'Invoice DEV-00000001, page 1 of 1',
  ]) {
    expect(text).toContain(expected);
  }
  expect(text).not.toMatch(/VOID|DRAFT|code points/);
});

test('the same invoice is the same file, made when it was finalized and changed when it was credited', async () => {
  const [first, second] = [await invoicePdf(invoice, fonts), await invoicePdf(invoice, fonts)];
  expect(first.equals(second)).toBe(true);
  const { objects } = readPdf(first);
  expect(objects).toContain('/CreationDate (D:20261201020000Z)');
  expect(objects).toContain('/ModDate (D:20261202000000Z)');
  expect(objects).toContain('/Title (Invoice DEV-00000001)');
  expect(objects).toContain('/Lang (en)');
});

test('what is not owed is marked on every page', async () => {
  const voided = { at: '2026-12-03T00:00:00.000Z', by: 'x', reason: 'wrong address' };
  const many = Array.from({ length: 20 }, (_, index) => ({
    ...(invoice.lines[0] as Invoice['lines'][0]),
    line: index,
  }));
  const { pages } = await read({ state: 'void', voided, lines: many });
  expect(pages.length).toBeGreaterThan(1);
  for (const page of pages) expect(page).toContain('VOID');
  expect(words(pages[0])).toContain('Void: nothing is owed (2026-12-03: wrong address)');
  const draft = await read({
    state: 'draft',
    number: undefined,
    finalizedAt: undefined,
  } as unknown as Partial<Invoice>);
  expect(draft.pages[0]).toContain('DRAFT');
  expect(words(draft.pages[0])).toContain('Draft for 2026-11 Draft: not an invoice');
});

test('many lines go over pages, each with the heads of the columns and its number, and none is lost', async () => {
  const line = invoice.lines[0] as Invoice['lines'][0];
  const parts = Array.from({ length: 90 }, (_, index) => ({
    model: `model-${index}`,
    hardware: 'lambda-cpu',
    quantity: '1',
    amount: '0.01',
  }));
  const many = Array.from({ length: 60 }, (_, index) => ({
    ...line,
    line: index + 1,
    description: `thing ${index + 1}`,
    // A single line may be longer than a page.
    ...(index === 7 && line.usage !== undefined ? { usage: { ...line.usage, parts } } : {}),
  }));
  const { pages } = await read({ lines: many });
  expect(pages.length).toBeGreaterThan(5);
  for (const [index, page] of pages.entries()) {
    const text = words(page);
    expect(text).toContain(`page ${index + 1} of ${pages.length}`);
    // The last one may have nothing but sums.
    if (index < pages.length - 1) expect(text).toContain('# What Quantity EUR');
  }
  const all = pages.flat();
  for (const { description } of many) expect(all.filter((piece) => piece === description)).toHaveLength(1);
  for (const { model } of parts) expect(words(all)).toContain(`of which ${model} on lambda-cpu: 1, 0.01`);
});

test('names in Latin, Greek and Cyrillic stand as they are, however long, and in one piece of text or several', async () => {
  const name = `Ačme Ωmega Привет ${'W'.repeat(80)}`;
  const { pages } = await read({ name });
  expect(words(pages[0]).replaceAll(' ', '')).toContain(name.replaceAll(' ', ''));
});

test('characters that the font lacks stand as their code points, and the document says so', async () => {
  // An e and its accent, put together; a character beyond 16 bits.
  const { pages } = await read({ name: 'Cafe\u0301 张𝒳' });
  expect(words(pages[0])).toContain('For Café [U+5F20][U+1D4B3] (acme)');
  expect(words(pages[0])).toContain('stand as their Unicode code points');
  expect(words(pages[0])).not.toContain('\uFFFD');
});
