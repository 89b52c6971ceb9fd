import type { RollupReader, RollupRow } from '../../../metering/rollup.ts';
import { hourMs } from '../../../metering/usage-hour.ts';
import { billingMonth } from '../../invoice/billing-month.ts';
import { Currency } from '../../money/currency.ts';
import type { PublishedPriceBook } from '../../price-book/published-price-book.ts';
import { rate } from '../../rating/rate.ts';
import { termsAmounts } from '../../rating/terms-amounts.ts';
import { termsOf } from '../../rating/terms-of.ts';
import { UsageByPrice } from '../../rating/usage-by-price.ts';
import { meterQuantity } from '../meter.ts';
import type { MarketplaceDimension } from './marketplace-connection.ts';

/** What is counted from. */
export interface UsageSources {
  readonly rollups: RollupReader;
  readonly books: { all(): Promise<readonly PublishedPriceBook[]> };
  readonly now: () => Date;
}

/** What was used in a month. */
export interface MonthUsage {
  /** By dimension: units, or an amount in 10^-12 of the currency. */
  readonly sums: Readonly<Record<string, string>>;
  /** The newest hour that is in them; absent: there is none. */
  readonly newest?: string;
}

/**
 * What each dimension has come to in a month: exact sums of units, and amounts in 10^-12 of the currency. An amount is what an invoice would
 * say of these hours, with minimum and commitment. They are those of the plan and the price book that the newest usage names: what becomes
 * of the tenant later, or of the prices, changes no month that is over.
 *
 * @param counts which of the month's closed hours
 * @throws Error when an amount is asked for and no price book was ever published
 */
export async function monthUsage(
  tenant: string,
  month: string,
  counts: (hour: string) => boolean,
  dimensions: readonly MarketplaceDimension[],
  { rollups, books: priceBooks, now }: UsageSources,
): Promise<MonthUsage> {
  const { from, to } = billingMonth(month, now());
  const books = dimensions.some((each) => 'cost' in each) ? await priceBooks.all() : [];
  const priced = new UsageByPrice(books, () => '');
  const sums = new Map(dimensions.map(({ dimension }) => [dimension, 0n]));
  let last: RollupRow | undefined;
  let newest: string | undefined;
  for await (const rollup of rollups.rollups(tenant, from, to)) {
    const { hour, rows } = rollup;
    if (!counts(hour)) continue;
    newest = hour;
    // Of an hour in which the plan changed any will do; the next hour that is used in knows better.
    last = rows.at(-1) ?? last;
    if (books.length > 0) priced.add(rollup);
    for (const each of dimensions) {
      if ('cost' in each) continue;
      sums.set(each.dimension, (sums.get(each.dimension) ?? 0n) + meterQuantity(rows, each));
    }
  }
  const end = new Date(Math.min(to.getTime() - hourMs, now().getTime()));
  const costs = dimensions.filter((each) => 'cost' in each);
  if (costs.length > 0 && last !== undefined) {
    const amount = monthAmount(priced, books, last, end);
    for (const { dimension } of costs) sums.set(dimension, amount);
  }
  return {
    sums: Object.fromEntries([...sums].map(([dimension, sum]) => [dimension, String(sum)])),
    ...(newest === undefined ? {} : { newest }),
  };
}

function monthAmount(
  priced: UsageByPrice,
  books: readonly PublishedPriceBook[],
  { plan, priceBook }: RollupRow,
  hour: Date,
): bigint {
  const [first] = books;
  if (first === undefined) throw new Error('there are no prices yet: no price book has been published');
  const currency = new Currency(first.book.currency);
  const usage = priced.usage().reduce((sum, each) => sum + rate(each, currency).amount, 0n);
  const { overage, trueUp, minimum } = termsAmounts(termsOf(books, plan, hour, priceBook), usage, currency);
  return (usage + overage + trueUp + minimum) * 10n ** BigInt(12 - currency.digits);
}
