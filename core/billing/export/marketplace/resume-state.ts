import type { MarketplaceDimension } from './marketplace-connection.ts';
import { emptyState, type MarketplaceState } from './marketplace-state.ts';

/**
 * The state that a delivery goes on from. A license that is linked again goes on at the link's first hour, without counting what was
 * used in between, and keeps what it knows of the hours that are taken.
 *
 * @param known of all licenses that the tenant has or had
 * @returns a reason, when going on would tell an hour twice, or a dimension in another unit
 */
export function resumeState(
  known: ReadonlyMap<string, MarketplaceState>,
  { license, from }: { readonly license: string; readonly from: string },
  dimensions: readonly MarketplaceDimension[],
): MarketplaceState | { readonly reason: string } {
  let state = known.get(license) ?? emptyState(from);
  if (!known.has(license) || state.from !== from) {
    const told = [...known.values()].reduce((newest, { to }) => (to > newest ? to : newest), '');
    if (from <= told) {
      return { reason: `the Marketplace has been told of hours up to ${told}: link the tenant from a later one` };
    }
    state = { ...state, from, usage: {}, planned: {} };
  }
  const meanings = { ...state.meanings };
  // A dimension that is added later counts nothing of months that have been told without it.
  const month = (state.to === '' ? from : state.to).slice(0, 7);
  for (const each of dimensions) {
    const { dimension } = each;
    const counts = meaning(each);
    const before = meanings[dimension]?.counts ?? counts;
    if (counts !== before) {
      return { reason: `dimension ${dimension} was ${before} and is ${counts} now: give what is new a new dimension` };
    }
    meanings[dimension] ??= { counts, from: month };
  }
  return { ...state, meanings };
}

const meaning = (each: MarketplaceDimension): string =>
  'cost' in each
    ? `the cost by ${each.per}`
    : `${each.unit} by ${each.per} of ${each.model ?? 'all models'} on ${each.hardware ?? 'all hardware'}`;
