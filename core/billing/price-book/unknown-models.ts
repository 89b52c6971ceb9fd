import type { PriceBook } from './price-book.ts';

/** Models that a price book names and that are not among those known: misspelt, or still to come. Sorted. */
export function unknownModels(book: PriceBook, known: readonly string[]): readonly string[] {
  const all = [book.prices, ...Object.values(book.plans).map(({ prices }) => prices)].flat();
  const named = new Set(all.map(({ model }) => model).filter((model) => model !== '*'));
  return [...named].filter((model) => !known.includes(model)).sort();
}
