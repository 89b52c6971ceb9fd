import { Currency } from '../money/currency.ts';
import type { FocusRow } from './focus-column.ts';
import type { FocusInvoice } from './focus-invoice.ts';
import { lineId, prepaidId } from './invoice-detail-id.ts';

/**
 * The rows of Invoice Detail of an invoice: one for each line, also those of 0, one for what was paid ahead, and one for each credit note.
 * Of a void invoice, as of one whose money a marketplace collects, each has a `BilledCost` of 0. Drafts have none.
 */
export function* invoiceDetailRows({ invoice, issuer, collectedElsewhere }: FocusInvoice): Generator<FocusRow, void> {
  const { number, finalizedAt, voided, creditNotes } = invoice;
  if (number === undefined || finalizedAt === undefined) return;
  const currency = new Currency(invoice.currency);
  const payable = invoice.state !== 'void' && !collectedElsewhere;
  const cost = (amount: string, sign: bigint): bigint =>
    payable ? currency.minor(amount) * sign * 10n ** BigInt(12 - currency.digits) : 0n;
  const shared: FocusRow = {
    BillingAccountId: invoice.tenant,
    BillingCurrency: invoice.currency,
    BillingPeriodEnd: invoice.to,
    BillingPeriodStart: invoice.from,
    InvoiceDetailCreated: finalizedAt,
    InvoiceDetailLastUpdated: voided?.at ?? finalizedAt,
    InvoiceId: number,
    InvoiceIssueDate: finalizedAt,
    InvoiceIssuerName: issuer.name,
    InvoiceIssueStatus: invoice.state === 'void' ? 'Voided' : 'Issued',
    PaymentCurrency: invoice.currency,
    // Whoever collects the money sets them.
    PaymentTerms: 'As agreed',
    ReferenceInvoiceId: number,
  };
  for (const { line, kind, description, amount, usage, key } of invoice.lines) {
    yield {
      ...shared,
      BilledCost: cost(amount, 1n),
      ChargeCategory: categories[kind],
      InvoiceDetailDescription: description,
      InvoiceDetailGrain: JSON.stringify(
        usage === undefined
          ? { x_Charge: key }
          : {
              SkuId: `${usage.model}/${usage.unit}`,
              SkuMeter: usage.unit,
              x_Plan: usage.plan,
              x_PriceBook: usage.priceBook,
              x_Price: usage.place,
            },
      ),
      InvoiceDetailId: lineId(invoice, line),
      ...(usage === undefined
        ? {}
        : { x_Quantity: BigInt(usage.quantity) * 10n ** 12n, x_IncludedQuantity: BigInt(usage.included) * 10n ** 12n }),
    };
  }
  if (currency.minor(invoice.prepaid) !== 0n) {
    yield {
      ...shared,
      BilledCost: cost(invoice.prepaid, -1n),
      ChargeCategory: 'Credit',
      InvoiceDetailDescription: 'paid ahead',
      InvoiceDetailId: prepaidId(invoice),
    };
  }
  for (const note of creditNotes) {
    yield {
      ...shared,
      BilledCost: cost(note.amount, -1n),
      ChargeCategory: 'Credit',
      InvoiceDetailCreated: note.at,
      InvoiceDetailDescription: note.reason,
      InvoiceDetailId: note.number,
      InvoiceDetailLastUpdated: note.at,
    };
  }
}

/** A reversal takes back a line of usage, a minimum or a commitment, and is a correction of the invoice as such. */
const categories = {
  usage: 'Usage',
  overage: 'Adjustment',
  'true-up': 'Purchase',
  minimum: 'Purchase',
  reversal: 'Adjustment',
} as const;
