import type { Invoice } from './invoice.ts';

/** What a document says below an invoice's lines: the total, what is taken off it, and what is left to pay. */
export function invoiceSums(invoice: Invoice): readonly { readonly what: string; readonly amount: string }[] {
  const { total, prepaid, creditNotes, due } = invoice;
  const paidAhead = Number(prepaid) !== 0;
  return [
    { what: 'Total, without tax', amount: total },
    ...(paidAhead ? [{ what: 'Paid ahead', amount: `-${prepaid}` }] : []),
    ...creditNotes.map(({ number, at, reason, amount }) => ({
      what: `Credit note ${number}: ${reason} (${at.slice(0, 10)})`,
      amount: `-${amount}`,
    })),
    ...(paidAhead || creditNotes.length > 0 ? [{ what: 'Still due', amount: due }] : []),
  ];
}
