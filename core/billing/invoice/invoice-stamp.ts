import type { Invoice } from './invoice.ts';

/** What a document says so that nobody pays what is not to be paid; undefined for an invoice that is owed. */
export function invoiceStamp({ state, voided }: Pick<Invoice, 'state' | 'voided'>): string | undefined {
  if (state === 'draft') return 'Draft: not an invoice, figures still change';
  if (state !== 'void') return undefined;
  return `Void: nothing is owed${voided === undefined ? '' : ` (${voided.at.slice(0, 10)}: ${voided.reason})`}`;
}
