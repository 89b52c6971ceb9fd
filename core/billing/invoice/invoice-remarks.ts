import type { Invoice } from './invoice.ts';

/** How a document says that its amounts came about. */
export const invoiceRemarks = ({ unpricedRequests }: Pick<Invoice, 'unpricedRequests'>): string =>
  [
    'Each line is rounded once, halves away from zero; the total is the sum of the lines. Tax is added by whoever collects the payment.',
    ...(unpricedRequests === '0'
      ? []
      : [`${unpricedRequests} requests fell into hours without a valid price book and cost nothing.`]),
  ].join(' ');
