import type { Price, PriceBook } from './price-book.ts';

/** The price that stands at a place of a book, as `applicablePrices` names it: `prices[0]` or `plans.free.prices[2]`. */
export function priceAt(book: PriceBook, place: string): Price | undefined {
  const [, plan, index] = /^(?:plans\.([a-z0-9-]+)\.)?prices\[(\d+)\]$/.exec(place) ?? [];
  if (index === undefined) return undefined;
  if (plan === undefined) return book.prices[Number(index)];
  return Object.hasOwn(book.plans, plan) ? book.plans[plan]?.prices[Number(index)] : undefined;
}
