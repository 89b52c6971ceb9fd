import { decimal, type FocusColumn, text, timestamp } from './focus-column.ts';

/**
 * Columns of Invoice Detail, FOCUS 1.4, in alphabetical order and then our own. Left out is what depends on purchase orders.
 *
 * @see https://focus.finops.org/focus-specification/v1-4/
 */
export const invoiceDetailColumns: readonly FocusColumn[] = [
  decimal('BilledCost'),
  text('BillingAccountId'),
  text('BillingCurrency'),
  timestamp('BillingPeriodEnd'),
  timestamp('BillingPeriodStart'),
  text('ChargeCategory'),
  timestamp('InvoiceDetailCreated'),
  text('InvoiceDetailDescription'),
  text('InvoiceDetailGrain'),
  text('InvoiceDetailId'),
  timestamp('InvoiceDetailLastUpdated'),
  text('InvoiceId'),
  timestamp('InvoiceIssueDate'),
  text('InvoiceIssuerName'),
  text('InvoiceIssueStatus'),
  text('PaymentCurrency'),
  timestamp('PaymentDueDate'),
  text('PaymentTerms'),
  text('ReferenceInvoiceId'),
  decimal('x_IncludedQuantity'),
  decimal('x_Quantity'),
];
