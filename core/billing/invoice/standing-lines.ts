import type { InvoiceRecord } from './invoice-record.ts';
import { invoiceView } from './invoice-view.ts';

/** Lines of an invoice. */
export interface StandingLines {
  /** `2026-11-1` */
  readonly invoice: string;
  readonly number: string;
  readonly lines: readonly number[];
}

/**
 * The lines that stand for these keys, when one of the invoices counts the hour with just these events; else none.
 *
 * @param owed the invoices of the month that are owed, in the order in which they were made
 * @param digest of the hour, by `hourDigest`
 */
export function standingLines(
  owed: readonly InvoiceRecord[],
  hour: string,
  digest: string,
  keys: ReadonlySet<string>,
): StandingLines[] {
  if (!owed.some(({ hours }) => hours?.[hour] === digest)) return [];
  const invoices = owed.map(invoiceView).map(({ id, number = '', lines }) => ({
    id,
    number,
    lines: lines.filter(({ key, kind }) => kind === 'usage' && keys.has(key)),
  }));
  // A later line takes the place of an earlier one of the same key.
  const last = new Map(invoices.flatMap(({ id, lines }) => lines.map(({ key }) => [key, id])));
  return invoices
    .map(({ id, number, lines }) => ({
      invoice: id,
      number,
      lines: lines.filter(({ key }) => last.get(key) === id).map(({ line }) => line),
    }))
    .filter(({ lines }) => lines.length > 0);
}
