import { Currency } from '../money/currency.ts';
import type { Invoice, InvoiceContent } from './invoice.ts';
import type { InvoiceRecord } from './invoice-record.ts';

/** A finalized invoice as APIs show it. */
export function invoiceView(record: InvoiceRecord): Invoice {
  const { month, sequence, finalizedAt, state, number, sha256, voided, creditNotes } = record;
  const content = JSON.parse(record.content) as InvoiceContent;
  const currency = new Currency(content.currency);
  const credited = creditNotes.reduce((sum, { amount }) => sum + currency.minor(amount), 0n);
  return {
    id: `${month}-${sequence}`,
    state: state === 'void' ? 'void' : 'open',
    ...(number === undefined ? {} : { number }),
    finalizedAt,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(voided === undefined ? {} : { voided }),
    ...content,
    creditNotes,
    due: currency.text(
      state === 'void' ? 0n : currency.minor(content.total) - currency.minor(content.prepaid) - credited,
    ),
  };
}
