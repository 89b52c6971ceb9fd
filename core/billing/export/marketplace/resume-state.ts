import { hourMs, hourStart, usageHour } from '../../../metering/usage-hour.ts';
import { countedSums, hasTold } from './counted-sums.ts';
import { dimensionSize } from './dimension-size.ts';
import type { MarketplaceDimension } from './marketplace-connection.ts';
import {
  emptyState,
  type HourRange,
  type MarketplaceState,
  type PlannedRecord,
  toldHours,
} from './marketplace-state.ts';
import { MonthTally } from './month-tally.ts';

/** Where a delivery goes on. */
export interface Resumed {
  readonly state: MarketplaceState;
  /** Sent under the license before and never answered: held to count. */
  readonly unanswered: readonly (PlannedRecord & { readonly license: string })[];
  /** Whole ones that another account used and was not told of. */
  readonly owed: readonly { readonly dimension: string; readonly quantity: bigint }[];
}

interface Link {
  readonly account: string;
  readonly license: string;
  readonly from: string;
}

/**
 * The state that a delivery goes on from. A link that is new, or begins at another hour, goes on with the count of the one before: what that
 * one still waits with, the rest of a rounding, and what a month has cost so far. Only another account begins anew.
 *
 * @param known of all licenses that the tenant has or had
 * @returns a reason, when going on would tell an hour twice, or a dimension in another unit
 */
export function resumeState(
  known: ReadonlyMap<string, MarketplaceState>,
  link: Link,
  dimensions: readonly MarketplaceDimension[],
): Resumed | { readonly reason: string } {
  const [current] = [...known].sort(([, a], [, b]) => b.link - a.link);
  const goesOn = (state: MarketplaceState, left: Omit<Resumed, 'state'> = { unanswered: [], owed: [] }) => {
    const meanings = meant(state, dimensions);
    return 'reason' in meanings ? meanings : { state: { ...state, meanings: meanings.meanings }, ...left };
  };
  if (current === undefined) return goesOn(emptyState(link));
  const [license, state] = current;
  const { account, from } = link;
  if (license === link.license && state.from === from) return goesOn({ ...state, account });
  const told = toldHours(state).at(-1)?.to ?? '';
  const untold = !hasTold(state);
  if (from <= told && !untold) {
    return { reason: `the Marketplace has been told of hours up to ${told}: link the tenant from a later one` };
  }
  const next = { ...emptyState(link), ...placeOf(known.get(link.license)), link: state.link + 1 };
  const unanswered = state.records.filter((record) => record.state === 'asked').map((each) => ({ ...each, license }));
  if (state.account !== account && !untold) return goesOn(next, { unanswered, owed: owedOf(state, dimensions) });
  const { usage, meanings, planned, records } = state;
  const renewed = { ...next, usage, meanings, before: toldHours(state).flatMap((range) => endedBefore(range, from)) };
  return license === link.license
    ? goesOn({ ...renewed, planned, records })
    : goesOn({ ...renewed, planned: countedSums(state).sums() }, { unanswered, owed: [] });
}

/** The part of a range that lies before an hour, if any does. */
function endedBefore({ from, to }: HourRange, hour: string): readonly HourRange[] {
  if (from >= hour) return [];
  return [{ from, to: to < hour ? to : usageHour(new Date(hourStart(hour).getTime() - hourMs)) }];
}

/** What a state under this license is written over, and which of its hours are taken for good. */
const placeOf = (own: MarketplaceState | undefined): Pick<MarketplaceState, 'revision' | 'records'> => ({
  revision: own?.revision ?? 0,
  records: (own?.records ?? [])
    .filter(({ state }) => state !== 'waiting')
    .map((record) => ({ ...record, state: 'recorded' })),
});

/** What was used and not told, of each dimension in whole ones. */
function owedOf(state: MarketplaceState, dimensions: readonly MarketplaceDimension[]): Resumed['owed'] {
  const usage = new MonthTally(state.usage);
  const told = countedSums(state);
  return dimensions
    .map((each) => ({
      dimension: each.dimension,
      quantity: usage.total(each.dimension) / dimensionSize(each) - told.total(each.dimension),
    }))
    .filter(({ quantity }) => quantity > 0n);
}

/** What each dimension counts, with those that are new. A dimension that is added counts nothing of months told without it. */
function meant(
  { meanings: before, from, to }: MarketplaceState,
  dimensions: readonly MarketplaceDimension[],
): Pick<MarketplaceState, 'meanings'> | { readonly reason: string } {
  const meanings = { ...before };
  for (const each of dimensions) {
    const { dimension } = each;
    const counts = meaning(each);
    const known = meanings[dimension]?.counts ?? counts;
    if (counts !== known) {
      return { reason: `dimension ${dimension} was ${known} and is ${counts} now: give what is new a new dimension` };
    }
    meanings[dimension] ??= { counts, from: (to === '' ? from : to).slice(0, 7) };
  }
  return { meanings };
}

const meaning = (each: MarketplaceDimension): string =>
  'cost' in each
    ? `the cost by ${each.per}`
    : `${each.unit} by ${each.per} of ${each.model ?? 'all models'} on ${each.hardware ?? 'all hardware'}`;
