import { groupDigits } from '../group-digits.ts';
import type { Invoice, InvoiceLine } from '../invoice.ts';
import { invoiceFacts } from '../invoice-facts.ts';
import { invoiceRemarks } from '../invoice-remarks.ts';
import { invoiceStamp } from '../invoice-stamp.ts';
import { invoiceSums } from '../invoice-sums.ts';
import { invoiceTitle } from '../invoice-title.ts';
import { lineNotes } from '../line-notes.ts';
import type { Seller } from '../seller.ts';
import type { PdfFonts } from './pdf-fonts.ts';
import { PdfSheet, type TextStyle } from './pdf-sheet.ts';

const quiet = '#59636e';
const warning = '#9a3412';

/** The columns of the lines, in points from the left margin. */
const number = { x: 0, width: 24, size: 9.5 } satisfies TextStyle;
const what = { x: 28, width: 242, size: 9.5 } satisfies TextStyle;
const note = { ...what, size: 8, color: quiet } satisfies TextStyle;
const quantity = { x: 274, width: 105, size: 9.5, align: 'right' } satisfies TextStyle;
const amount = { x: 383, width: 100, size: 9.5, align: 'right' } satisfies TextStyle;

/**
 * An invoice as a PDF of A4 pages, with the same figures as the page that `invoiceHtml` makes. Its times are the invoice's own, so that the
 * same invoice gives the same bytes, on whatever day somebody asks for it.
 */
export function invoicePdf(invoice: Invoice, fonts: PdfFonts): Promise<Buffer> {
  const title = invoiceTitle(invoice);
  const sheet = new PdfSheet(fonts, {
    Title: title,
    Subject: `${invoice.name}, ${invoice.month}, ${invoice.total} ${invoice.currency}`,
    ...(invoice.seller === undefined ? {} : { Author: invoice.seller.name }),
    Creator: 'MaaS',
    ...dates(invoice),
  });
  if (invoice.seller !== undefined) seller(sheet, invoice.seller);
  head(sheet, invoice, title);
  lines(sheet, invoice);
  sums(sheet, invoice);
  end(sheet, invoice);
  const marks: Partial<Record<Invoice['state'], string>> = { draft: 'DRAFT', void: 'VOID' };
  return sheet.end((page, pages) => `${title}, page ${page} of ${pages}`, marks[invoice.state]);
}

/** Made when it was finalized, changed when it was last voided or credited. A draft is as old as what it knows. */
function dates({ finalizedAt, evidence, from, voided, creditNotes }: Invoice) {
  const made = finalizedAt ?? evidence.until ?? from;
  const changes = [made, ...(voided === undefined ? [] : [voided.at]), ...creditNotes.map(({ at }) => at)].toSorted();
  return { CreationDate: new Date(made), ModDate: new Date(changes.at(-1) ?? made) };
}

function seller(sheet: PdfSheet, { name, lines: others }: Seller): void {
  const place = { x: 240, width: sheet.width - 240, size: 9, align: 'right' } as const;
  sheet.paragraph(name, { ...place, font: 'bold' });
  for (const line of others) sheet.paragraph(line, place);
  sheet.y += 18;
}

function head(sheet: PdfSheet, invoice: Invoice, title: string): void {
  const whole = { x: 0, width: sheet.width } as const;
  sheet.paragraph(title, { ...whole, size: 18, font: 'bold' }, 4);
  const stamp = invoiceStamp(invoice);
  if (stamp !== undefined) sheet.paragraph(stamp, { ...whole, size: 10, font: 'bold', color: warning }, 4);
  sheet.y += 6;
  for (const [term, fact] of invoiceFacts(invoice)) {
    const style = { x: 80, width: sheet.width - 80, size: 9.5 } as const;
    sheet.room(sheet.height(fact, style));
    sheet.write(term, { ...style, x: 0, width: 76, color: quiet });
    sheet.paragraph(fact, style, 2);
  }
  sheet.y += 14;
}

function lines(sheet: PdfSheet, invoice: Invoice): void {
  sheet.repeat(() => {
    const bold = 'bold';
    sheet.write('#', { ...number, font: bold });
    sheet.write('What', { ...what, font: bold });
    sheet.write('Quantity', { ...quantity, font: bold });
    sheet.write(invoice.currency, { ...amount, font: bold });
    sheet.y += 15;
    sheet.rule(quiet);
    sheet.y += 5;
  });
  if (invoice.lines.length === 0) sheet.paragraph('nothing to charge', what, 6);
  for (const line of invoice.lines) row(sheet, line);
  sheet.repeatNothing();
}

function row(sheet: PdfSheet, { line, description, amount: cost, usage }: InvoiceLine): void {
  const count = usage === undefined ? '' : groupDigits(usage.quantity);
  const cells: readonly (readonly [string, TextStyle])[] = [
    [String(line), number],
    [description, what],
    [count, quantity],
    [cost, amount],
  ];
  const height = Math.max(...cells.map(([text, style]) => sheet.height(text, style)));
  // With room for a first note: what a line is does not stand alone at the foot of a page.
  sheet.room(height + 12);
  for (const [text, style] of cells) sheet.write(text, style);
  sheet.y += height;
  for (const each of usage === undefined ? [] : lineNotes(usage)) sheet.paragraph(each, note);
  sheet.y += 3;
  sheet.rule('#d1d9e0');
  sheet.y += 5;
}

function sums(sheet: PdfSheet, invoice: Invoice): void {
  for (const sum of invoiceSums(invoice)) {
    const style = { ...what, width: quantity.x + quantity.width - what.x, font: 'bold' } as const;
    sheet.room(sheet.height(sum.what, style));
    sheet.write(sum.amount, { ...amount, font: 'bold' });
    sheet.paragraph(sum.what, style, 4);
  }
  sheet.y += 14;
}

function end(sheet: PdfSheet, invoice: Invoice): void {
  const style = { x: 0, width: sheet.width, size: 8, color: quiet } as const;
  sheet.paragraph(invoiceRemarks(invoice), style, 4);
  if (invoice.sha256 !== undefined) sheet.paragraph(`SHA-256 ${invoice.sha256}`, style, 4);
  if (sheet.lacksCharacters) {
    sheet.paragraph(
      'Characters that the font of this document lacks stand as their Unicode code points, such as [U+4E2D]; the page and the JSON of the invoice have them.',
      style,
    );
  }
}
