import { countedSums } from './counted-sums.ts';
import { countedHours, type HourRange, type MarketplaceState } from './marketplace-state.ts';

/**
 * Whether anything counts, or may, under a state's own account and license: nothing does under one that was mistyped, whatever count it goes
 * on with.
 */
export function hasTold(state: MarketplaceState): boolean {
  return Object.entries(countedSums(state).sums()).some(([month, sums]) =>
    Object.entries(sums).some(([dimension, sum]) => BigInt(sum) > BigInt(state.carried[month]?.[dimension] ?? '0')),
  );
}

/** Whether anything counts, also what did when the link began. */
export const hasCount = (state: MarketplaceState): boolean => hasTold(state) || hasCarried(state);

/** The hours that the Marketplace has been told of: those of the links before, and those of this one once anything of it counts. */
export function toldHours(state: MarketplaceState): readonly HourRange[] {
  if (hasTold(state)) return countedHours(state);
  return hasCarried(state) ? state.before : [];
}

const hasCarried = ({ carried }: MarketplaceState): boolean =>
  Object.values(carried).some((sums) => Object.values(sums).some((sum) => sum !== '0'));
