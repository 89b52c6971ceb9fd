import type { RollupRow } from '../../metering/rollup.ts';
import type { PublishedPriceBook } from '../price-book/published-price-book.ts';
import { UsageByPrice } from '../rating/usage-by-price.ts';

/** What is charged for of a use in an hour: units, by the key of the invoice line that counts them. */
export function chargedQuantities(
  use: RollupRow,
  hour: string,
  books: readonly PublishedPriceBook[],
): ReadonlyMap<string, bigint> {
  const usage = new UsageByPrice(books, () => '');
  usage.add({ hour, rows: [use] });
  return new Map(usage.usage().map(({ key, quantities }) => [key, quantities.get('') ?? 0n]));
}
