import { reasonLengthMax } from '../reason-length-max.ts';
import type { MarketplaceState } from './marketplace-state.ts';
import { hasTold } from './told-hours.ts';

/**
 * Why rows are rejected whose usage was told: something else is to be charged by hand. What another account was not told of is so only once
 * something counts under this one, since it may be mistyped. Undefined when there is nothing.
 */
export function toChargeByHand(state: MarketplaceState): string | undefined {
  const { unanswered } = state;
  const owed = hasTold(state) ? state.owed : [];
  const texts = [
    ...(owed.length === 0
      ? []
      : [
          `another account was not told of ${owed.map(({ dimension, quantity }) => `${quantity} of ${dimension}`).join(', ')}: charge that by hand, then retry`,
        ]),
    ...(unanswered.length === 0
      ? []
      : [
          `sent and never answered, so held to count: look for them in the Marketplace's report, charge by hand what is missing, then retry. ${unanswered.join(', ')}`,
        ]),
  ];
  return texts.length === 0 ? undefined : texts.join('; ').slice(0, reasonLengthMax);
}

/** The state when a row shows that. */
export const withoutShown = (state: MarketplaceState): MarketplaceState => ({
  ...state,
  owed: hasTold(state) ? [] : state.owed,
  unanswered: [],
});
