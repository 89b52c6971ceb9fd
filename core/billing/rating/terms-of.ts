import { bookForHour } from '../price-book/book-for-hour.ts';
import type { Terms } from '../price-book/price-book.ts';
import type { PublishedPriceBook } from '../price-book/published-price-book.ts';

/**
 * The terms that a month has for the tenants of a plan: those of the plan, else the book's, in the newest book.
 *
 * @param books in the order in which they were published
 * @param hour the last of the month, or now
 * @param named the newest book that counts; default: all do
 */
export function termsOf(books: readonly PublishedPriceBook[], plan: string, hour: Date, named?: string): Terms {
  const book = bookForHour(books, hour, named);
  const ofPlan = book !== undefined && Object.hasOwn(book.plans, plan) ? book.plans[plan] : undefined;
  return {
    minimum: ofPlan?.minimum ?? book?.minimum,
    commitment: ofPlan?.commitment ?? book?.commitment,
  };
}
