import type { Invoice, InvoiceLine, LineUsage } from '../invoice/invoice.ts';
import { Currency } from '../money/currency.ts';
import { type ChargeCell, chargeCells } from './charge-cells.ts';
import type { FocusRow } from './focus-column.ts';
import { type FocusInvoice, labelParts } from './focus-invoice.ts';
import { focusUnit } from './focus-units.ts';
import { lineId, prepaidId } from './invoice-detail-id.ts';

const dayMs = 86_400_000;
const one = 10n ** 12n;

/**
 * The rows of Cost and Usage of an invoice, or of the draft of what is not invoiced yet. The sum of their `BilledCost` is what is due of it.
 *
 * A line of usage becomes a row for each day, model, hardware, key and tier. What takes a line of an earlier invoice back has its rows, with
 * a minus. Minimum and true-up are purchases of a month; the surcharge above a commitment is an adjustment; what was paid ahead and credit
 * notes are credits. A void invoice has none: nothing of it is owed.
 */
export function* costRows(from: FocusInvoice): Generator<FocusRow, void> {
  const { invoice } = from;
  if (invoice.state === 'void') return;
  const currency = new Currency(invoice.currency);
  for (const line of invoice.lines) yield* lineRows(from, line, currency);
  if (from.collectedElsewhere) return;
  const prepaid = currency.minor(invoice.prepaid);
  if (prepaid !== 0n) {
    yield creditRow(
      from,
      { id: prepaidId(invoice), description: 'paid ahead', minor: -prepaid, correction: false },
      currency,
    );
  }
  for (const { number, amount, reason, at } of invoice.creditNotes) {
    const correction = at >= invoice.to;
    yield creditRow(from, { id: number, description: reason, minor: -currency.minor(amount), correction }, currency);
  }
}

function* lineRows(from: FocusInvoice, line: InvoiceLine, currency: Currency): Generator<FocusRow, void> {
  const amount = currency.minor(line.amount);
  const { reverses } = line;
  if (reverses === undefined) {
    yield* chargeRows(from, line, line, amount, 1n, currency);
    return;
  }
  const reversed = from.earlier
    .find(({ id }) => id === reverses.invoice)
    ?.lines.find((each) => each.line === reverses.line);
  if (reversed === undefined) yield adjustmentRow(from, line, amount, currency);
  else yield* chargeRows(from, line, reversed, -amount, -1n, currency);
}

/** @param said the line whose usage is meant: the line itself, or the one that it takes back */
function* chargeRows(
  from: FocusInvoice,
  line: InvoiceLine,
  said: InvoiceLine,
  amount: bigint,
  sign: 1n | -1n,
  currency: Currency,
): Generator<FocusRow, void> {
  const { usage } = said;
  if (usage !== undefined) {
    for (const cell of chargeCells(usage, amount, from.usage.get(said.key) ?? new Map())) {
      yield usageRow(from, line, usage, cell, sign, currency);
    }
  } else if (said.kind === 'minimum' || said.kind === 'true-up') {
    yield purchaseRow(from, line, said.kind, amount, sign, currency);
  } else yield adjustmentRow(from, line, amount * sign, currency);
}

function usageRow(
  from: FocusInvoice,
  line: InvoiceLine,
  usage: LineUsage,
  cell: ChargeCell,
  sign: 1n | -1n,
  currency: Currency,
): FocusRow {
  const { day, model, keyId, hardware } = labelParts(cell.label);
  const { unit, charge, plan, priceBook, place } = usage;
  const name = model ?? usage.model;
  const sku = `${usage.model}/${unit}`;
  const ofPlan = place.startsWith('plans.') ? `/${plan}` : '';
  const effective = pico(cell.billed * sign, currency);
  return {
    ...common(from, line),
    ...(day === undefined ? {} : dayPeriod(day)),
    BilledCost: from.collectedElsewhere ? 0n : effective,
    ChargeCategory: 'Usage',
    ChargeFrequency: 'Usage-Based',
    ConsumedQuantity: cell.consumed * one * sign,
    ConsumedUnit: focusUnit(unit),
    ContractedCost: cell.exact * sign,
    ContractedUnitPrice: cell.unitPrice,
    EffectiveCost: effective,
    ListCost: cell.exact * sign,
    ListUnitPrice: cell.unitPrice,
    PricingCategory: 'Standard',
    PricingQuantity: cell.quantity * one * sign,
    PricingUnit: focusUnit(unit, cell.size),
    ResourceId: name,
    ResourceName: name,
    ResourceType: 'Model',
    SkuId: sku,
    SkuMeter: unit,
    SkuPriceDetails: JSON.stringify({ x_Charge: charge, x_Hardware: hardware ?? usage.hardware, x_Tier: cell.step }),
    // Neither amount nor version of the book: what is one price stays one, whatever it costs.
    SkuPriceId: `${sku}/${usage.hardware}${ofPlan}/${charge}/${cell.step}`,
    x_KeyId: keyId,
    x_Plan: plan,
    x_PriceBook: priceBook,
  };
}

function purchaseRow(
  from: FocusInvoice,
  line: InvoiceLine,
  kind: 'minimum' | 'true-up',
  amount: bigint,
  sign: 1n | -1n,
  currency: Currency,
): FocusRow {
  const price = pico(amount, currency);
  const cost = price * sign;
  return {
    ...common(from, line),
    BilledCost: from.collectedElsewhere ? 0n : cost,
    ChargeCategory: 'Purchase',
    ChargeFrequency: 'Recurring',
    ContractedCost: cost,
    ContractedUnitPrice: price,
    EffectiveCost: cost,
    ListCost: cost,
    ListUnitPrice: price,
    PricingCategory: 'Standard',
    PricingQuantity: one * sign,
    PricingUnit: 'Months',
    SkuId: `terms/${kind}`,
    SkuMeter: kind,
    SkuPriceId: `terms/${kind}`,
  };
}

function adjustmentRow(from: FocusInvoice, line: InvoiceLine, amount: bigint, currency: Currency): FocusRow {
  const cost = pico(amount, currency);
  return {
    ...common(from, line),
    ...costs(cost),
    BilledCost: from.collectedElsewhere ? 0n : cost,
    ChargeCategory: 'Adjustment',
    ChargeFrequency: 'One-Time',
  };
}

function creditRow(
  from: FocusInvoice,
  credit: {
    readonly id: string | undefined;
    readonly description: string;
    readonly minor: bigint;
    readonly correction: boolean;
  },
  currency: Currency,
): FocusRow {
  const { id, description, minor, correction } = credit;
  return {
    ...shared(from),
    ...costs(pico(minor, currency)),
    BilledCost: pico(minor, currency),
    ChargeCategory: 'Credit',
    ChargeClass: correction ? 'Correction' : undefined,
    ChargeDescription: description,
    ChargeFrequency: 'One-Time',
    InvoiceDetailId: id,
  };
}

const costs = (cost: bigint): FocusRow => ({ ContractedCost: cost, EffectiveCost: cost, ListCost: cost });

function common(from: FocusInvoice, { line, description }: InvoiceLine): FocusRow {
  const { invoice } = from;
  return {
    ...shared(from),
    ChargeClass: isCorrection(invoice) ? 'Correction' : undefined,
    ChargeDescription: description,
    InvoiceDetailId: lineId(invoice, line),
  };
}

/** A further invoice that takes something back after the month was over corrects a period that is closed. */
const isCorrection = ({ finalizedAt, to, lines }: Invoice): boolean =>
  finalizedAt !== undefined && finalizedAt >= to && lines.some(({ kind }) => kind === 'reversal');

function shared({ invoice, issuer }: FocusInvoice): FocusRow {
  return {
    BillingAccountId: invoice.tenant,
    BillingAccountName: invoice.name,
    BillingCurrency: invoice.currency,
    BillingPeriodEnd: invoice.to,
    BillingPeriodStart: invoice.from,
    ChargePeriodEnd: invoice.to,
    ChargePeriodStart: invoice.from,
    HostProviderName: 'Amazon Web Services',
    InvoiceId: invoice.number,
    InvoiceIssuerName: issuer.name,
    RegionId: issuer.region,
    ServiceCategory: 'AI and Machine Learning',
    ServiceName: 'Model Inference',
    ServiceProviderName: issuer.name,
    ServiceSubcategory: 'Machine Learning',
    x_Plan: invoice.plan,
  };
}

const dayPeriod = (day: string): FocusRow => {
  const start = new Date(`${day}T00:00:00.000Z`);
  return {
    ChargePeriodStart: start.toISOString(),
    ChargePeriodEnd: new Date(start.getTime() + dayMs).toISOString(),
  };
};

const pico = (minor: bigint, currency: Currency): bigint => minor * 10n ** BigInt(12 - currency.digits);
