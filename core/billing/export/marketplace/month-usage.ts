import type { RollupReader } from '../../../metering/rollup.ts';
import { hourStart } from '../../../metering/usage-hour.ts';
import type { Tenant } from '../../../tenancy/tenant.ts';
import { type BillingMonth, billingMonth } from '../../invoice/billing-month.ts';
import { draftContent } from '../../invoice/draft-content.ts';
import { picoUnits } from '../../money/pico-units.ts';
import type { PublishedPriceBook } from '../../price-book/published-price-book.ts';
import { meterQuantity } from '../meter.ts';
import type { MarketplaceDimension } from './marketplace-connection.ts';

/** What is counted from. */
export interface UsageSources {
  readonly rollups: RollupReader;
  readonly tenants: { find(tenant: string): Promise<Tenant | undefined> };
  readonly books: { all(): Promise<readonly PublishedPriceBook[]> };
  readonly now: () => Date;
}

/**
 * What each dimension has come to in a month, from all its closed hours at or after `from`: exact sums of units, and amounts in 10^-12 of
 * the currency. Amounts are those of the month's draft as if nothing of it had been invoiced, with its minimum and commitment.
 *
 * @throws Error when an amount is asked for of a tenant that is gone
 */
export async function monthUsage(
  tenant: string,
  month: string,
  from: string,
  dimensions: readonly MarketplaceDimension[],
  sources: UsageSources,
): Promise<Readonly<Record<string, string>>> {
  const period = billingMonth(month, sources.now());
  const rollups = since(sources.rollups, hourStart(from));
  const sums = new Map(dimensions.map(({ dimension }) => [dimension, 0n]));
  if (dimensions.some((each) => !('cost' in each))) {
    for await (const { rows } of rollups.rollups(tenant, period.from, period.to)) {
      for (const each of dimensions) {
        if ('cost' in each) continue;
        sums.set(each.dimension, (sums.get(each.dimension) ?? 0n) + meterQuantity(rows, each));
      }
    }
  }
  const costs = dimensions.filter((each) => 'cost' in each);
  if (costs.length > 0) {
    const amount = await monthAmount(tenant, period, rollups, sources);
    for (const { dimension } of costs) sums.set(dimension, amount);
  }
  return Object.fromEntries([...sums].map(([dimension, sum]) => [dimension, String(sum)]));
}

async function monthAmount(
  tenant: string,
  month: BillingMonth,
  rollups: RollupReader,
  { tenants, books, now }: UsageSources,
): Promise<bigint> {
  const billed = await tenants.find(tenant);
  if (billed === undefined) throw new Error(`the tenant ${tenant} is gone: unlink it`);
  const { total } = await draftContent(billed, month, [], { rollups, books: await books.all(), now: now() });
  return picoUnits(total);
}

/** Closed hours from a moment on. */
const since = (rollups: RollupReader, first: Date): RollupReader => ({
  rollups: (tenant, from, to) => rollups.rollups(tenant, from > first ? from : first, to),
});
