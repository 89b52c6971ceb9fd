import type { MarketplaceState } from './marketplace-state.ts';
import { MonthTally } from './month-tally.ts';

/** What was planned, without what waits: sums of the records that count, or may. */
export function countedSums({ planned, records }: Pick<MarketplaceState, 'planned' | 'records'>): MonthTally {
  const tally = new MonthTally(planned);
  for (const { state, hour, dimension, quantity } of records) {
    if (state === 'waiting') tally.add(hour.slice(0, 7), dimension, -BigInt(quantity));
  }
  return tally;
}
