import type { Invoice } from './invoice.ts';

/** How a document that shows an invoice is headed: `Invoice DEV-00000001`, `Draft for 2026-11`. */
export function invoiceTitle({ state, number, month }: Pick<Invoice, 'state' | 'number' | 'month'>): string {
  if (state === 'draft') return `Draft for ${month}`;
  return `${state === 'void' ? 'Void invoice' : 'Invoice'} ${number ?? month}`;
}
