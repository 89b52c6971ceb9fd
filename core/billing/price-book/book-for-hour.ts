import type { PriceBook } from './price-book.ts';
import type { PublishedPriceBook } from './published-price-book.ts';

/**
 * The price book that usage of an hour is charged by: of those that were published when it was used, the one that became valid last
 * before it. So a book that is published with a date in the past changes no price that a tenant has already used at, and one with a date
 * in the future applies from that date on.
 *
 * @param books in the order in which they were published
 * @param hour beginning of the hour
 * @param named the newest book at the time of use, as the usage event has it; absent when there was none, and then all count
 */
export function bookForHour(
  books: readonly PublishedPriceBook[],
  hour: Date,
  named: string | undefined,
): PriceBook | undefined {
  const newest = named === undefined ? books.length - 1 : books.findIndex(({ book }) => book.version === named);
  let found: PriceBook | undefined;
  for (const { book } of books.slice(0, newest + 1)) {
    const from = Date.parse(book.validFrom);
    if (from <= hour.getTime() && (found === undefined || from >= Date.parse(found.validFrom))) found = book;
  }
  return found;
}
