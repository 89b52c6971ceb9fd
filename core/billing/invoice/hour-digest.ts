import { createHash } from 'node:crypto';
import type { HourRollup } from '../../metering/rollup.ts';
import type { PublishedPriceBook } from '../price-book/published-price-book.ts';
import { UsageByPrice } from '../rating/usage-by-price.ts';

/**
 * Says which events an hour counts and what is charged for them together, which an adjustment changes, in 16 characters: 64 bits, since the
 * hours of a month stand together in one item.
 */
export function hourDigest(
  { hour, rows, idsSha256 }: Pick<HourRollup, 'hour' | 'rows' | 'idsSha256'>,
  books: readonly PublishedPriceBook[],
): string {
  const usage = new UsageByPrice(books, () => '');
  usage.add({ hour, rows });
  const charged = usage.usage().map(({ key, quantities }) => `${key} ${quantities.get('')}`);
  return createHash('sha256')
    .update([idsSha256, ...charged].join('\n'))
    .digest('hex')
    .slice(0, 16);
}
