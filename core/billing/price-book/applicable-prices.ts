import type { Price, PriceBook } from './price-book.ts';

/** A price, and where it stands in its book: `prices[0]` or `plans.free.prices[2]`. */
export interface PlacedPrice {
  readonly place: string;
  readonly price: Price;
}

/**
 * The prices that a success costs by: those of the plan for the model, else the plan's for `*`, else the book's for the model, else the
 * book's for `*`; the first of these lists that has any price is the one that counts. In it, one for each unit: the hardware's own, or `*`.
 */
export function applicablePrices(
  book: PriceBook,
  plan: string,
  model: string,
  hardware: string,
): readonly PlacedPrice[] {
  const ofPlan = Object.hasOwn(book.plans, plan) ? (book.plans[plan]?.prices ?? []) : [];
  const lists = [placed(`plans.${plan}.prices`, ofPlan), placed('prices', book.prices)].flatMap((list) =>
    [model, '*'].map((name) => list.filter(({ price }) => price.model === name)),
  );
  const counting = lists.find((list) => list.length > 0) ?? [];
  const byUnit = Map.groupBy(
    counting.filter(({ price }) => price.hardware === hardware || price.hardware === '*'),
    ({ price }) => price.unit,
  );
  return [...byUnit.values()].map(
    (candidates) => candidates.find(({ price }) => price.hardware === hardware) ?? (candidates[0] as PlacedPrice),
  );
}

const placed = (path: string, prices: readonly Price[]): readonly PlacedPrice[] =>
  prices.map((price, index) => ({ place: `${path}[${index}]`, price }));
