import type { RollupReader } from '../../metering/rollup.ts';
import type { ExportLinks } from '../export/outbox/export-links.ts';
import { type BillingMonth, billingMonth } from '../invoice/billing-month.ts';
import type { DynamoDBInvoices } from '../invoice/dynamodb-invoices.ts';
import type { Invoice } from '../invoice/invoice.ts';
import { invoiceView } from '../invoice/invoice-view.ts';
import type { BilledTenant, Invoices } from '../invoice/invoices.ts';
import type { PublishedPriceBook } from '../price-book/published-price-book.ts';
import { UsageByPrice } from '../rating/usage-by-price.ts';
import { type FocusInvoice, type FocusIssuer, focusLabel } from './focus-invoice.ts';

/** What FOCUS files are made of. */
export interface FocusSources {
  readonly rollups: RollupReader;
  readonly books: readonly PublishedPriceBook[];
  readonly store: Pick<DynamoDBInvoices, 'list'>;
  readonly invoices: Pick<Invoices, 'show'>;
  readonly links: Pick<ExportLinks, 'find'>;
  readonly issuer: FocusIssuer;
  readonly now: () => Date;
}

/** A tenant's invoices of a month in their order, and last the draft of what none of them says yet. */
export async function* focusTenant(
  { rollups, books, store, invoices, links, issuer, now }: FocusSources,
  tenant: BilledTenant,
  month: string,
): AsyncGenerator<FocusInvoice, void> {
  const period = billingMonth(month, now());
  // A tenant that was not there yet has neither.
  if (Date.parse(tenant.createdAt) >= period.to.getTime()) return;
  const records = await store.list(tenant.tenant, month);
  const final = records.filter(({ state }) => state !== 'numbering').map(invoiceView);
  const draft = await invoices.show(tenant, month);
  const all: readonly Invoice[] = draft.lines.length === 0 ? final : [...final, draft];
  if (all.length === 0) return;
  const usage = await usageByLabel(rollups, books, tenant.tenant, period);
  const link = await links.find(tenant.tenant, 'marketplace');
  // A tenant that was linked after the month began is billed by the marketplace from then on, and its invoices say so for the month.
  const collectedElsewhere = link !== undefined && link.from < period.to.toISOString().slice(0, 13);
  for (const invoice of all) yield { invoice, earlier: final, issuer, usage, collectedElsewhere };
}

async function usageByLabel(
  rollups: RollupReader,
  books: readonly PublishedPriceBook[],
  tenant: string,
  { from, to }: BillingMonth,
): Promise<ReadonlyMap<string, ReadonlyMap<string, bigint>>> {
  const usage = new UsageByPrice(books, ({ model, hardware, keyId }, hour) => focusLabel(hour, model, hardware, keyId));
  for await (const rollup of rollups.rollups(tenant, from, to)) usage.add(rollup);
  return new Map(usage.usage().map(({ key, quantities }) => [key, quantities]));
}
