import { countedSums } from './counted-sums.ts';
import { dimensionSize } from './dimension-size.ts';
import type { MarketplaceDimension } from './marketplace-connection.ts';
import type { MarketplaceState, Owed } from './marketplace-state.ts';
import { MonthTally } from './month-tally.ts';

/** What was used and not told, of each dimension in whole ones. */
export function owedOf(state: MarketplaceState, dimensions: readonly MarketplaceDimension[]): readonly Owed[] {
  const usage = new MonthTally(state.usage);
  const told = countedSums(state);
  return dimensions
    .map((each) => ({ each, quantity: usage.total(each.dimension) / dimensionSize(each) - told.total(each.dimension) }))
    .filter(({ quantity }) => quantity > 0n)
    .map(({ each: { dimension }, quantity }) => ({
      account: state.account,
      dimension,
      quantity: String(quantity),
    }));
}
