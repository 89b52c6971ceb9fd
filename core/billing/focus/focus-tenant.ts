import type { RollupReader } from '../../metering/rollup.ts';
import { usageHour } from '../../metering/usage-hour.ts';
import type { MarketplaceStates } from '../export/marketplace/marketplace-states.ts';
import { toldHours } from '../export/marketplace/told-hours.ts';
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
  /** What the Marketplace was told: also under links that were changed or removed since. */
  readonly marketplace: Pick<MarketplaceStates, 'read'>;
  readonly issuer: FocusIssuer;
  readonly now: () => Date;
}

/** One that was purged: nothing but its id is known, and what its invoices say. */
export interface GoneTenant {
  readonly tenant: string;
  readonly gone: true;
}

/**
 * A tenant's invoices of a month in their order, and last the draft of what none of them says yet. One that is gone has no draft: all of its
 * usage was invoiced before, and a minimum that was not never will be.
 */
export async function* focusTenant(
  sources: FocusSources,
  tenant: BilledTenant | GoneTenant,
  month: string,
): AsyncGenerator<FocusInvoice, void> {
  const { rollups, books, store, invoices, issuer, now } = sources;
  const period = billingMonth(month, now());
  // A tenant that was not there yet has neither.
  if (!('gone' in tenant) && Date.parse(tenant.createdAt) >= period.to.getTime()) return;
  const records = await store.list(tenant.tenant, month);
  const final = records.filter(({ state }) => state !== 'numbering').map(invoiceView);
  const drafts = 'gone' in tenant ? [] : [await invoices.show(tenant, month)];
  const all: readonly Invoice[] = [...final, ...drafts.filter(({ lines }) => lines.length > 0)];
  if (all.length === 0) return;
  const usage = await usageByLabel(rollups, books, tenant.tenant, period);
  const collectedElsewhere = await isCollectedElsewhere(sources, tenant.tenant, period);
  for (const invoice of all) yield { invoice, earlier: final, issuer, usage, collectedElsewhere };
}

/** A month that the marketplace is told of in part is billed by it, and the invoices of the whole month say so. */
async function isCollectedElsewhere(
  { links, marketplace }: FocusSources,
  tenant: string,
  { from, to }: BillingMonth,
): Promise<boolean> {
  const [first, end] = [usageHour(from), usageHour(to)];
  const link = await links.find(tenant, 'marketplace');
  if (link !== undefined && link.from < end) return true;
  const told = [...(await marketplace.read(tenant)).values()].flatMap(toldHours);
  return told.some((range) => range.from < end && range.to >= first);
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
