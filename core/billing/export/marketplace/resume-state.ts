import { hourMs, hourStart, usageHour } from '../../../metering/usage-hour.ts';
import { countedSums } from './counted-sums.ts';
import type { MarketplaceDimension } from './marketplace-connection.ts';
import {
  countedHours,
  emptyState,
  type HourRange,
  type MarketplaceState,
  type Owed,
  type PlannedRecord,
} from './marketplace-state.ts';
import { owedOf } from './owed-of.ts';
import { hasCount, hasTold, toldHours } from './told-hours.ts';

/** Where a delivery goes on. */
export interface Resumed {
  readonly state: MarketplaceState;
  /** Whether a link begins: what has changed while there was none, or another, is yet to be counted. */
  readonly begins: boolean;
  /** Sent under the license before and never answered: held to count. */
  readonly unanswered: readonly (PlannedRecord & { readonly license: string })[];
}

interface Link {
  readonly account: string;
  readonly license: string;
  readonly from: string;
}

/**
 * The state that a delivery goes on from. A link that is new, or begins at another hour, goes on with the newest count of its account: what
 * that one still waits with, the rest of a rounding, and what a month has cost so far. Only an account that is new begins anew; one that comes
 * back is not told what was named, meanwhile, to be charged by hand.
 *
 * @param known of all accounts and licenses that the tenant has or had
 * @returns a reason, when going on would tell an hour twice, or a dimension in another unit
 */
export function resumeState(
  known: ReadonlyMap<string, MarketplaceState>,
  link: Link,
  dimensions: readonly MarketplaceDimension[],
): Resumed | { readonly reason: string } {
  const states = [...known.values()].sort((a, b) => b.link - a.link);
  const { account, license, from } = link;
  const own = states.find((state) => state.account === account && state.license === license);
  const [newest] = states;
  const goesOn = (state: MarketplaceState, unanswered: Resumed['unanswered'] = []) => {
    const meanings = meant(state, dimensions);
    return 'reason' in meanings
      ? meanings
      : { state: { ...state, meanings: meanings.meanings }, begins: state.link !== own?.link, unanswered };
  };
  if (newest === undefined) return goesOn(emptyState(link));
  if (own?.from === from && !states.some((state) => state.link > own.link && hasTold(state))) {
    // Those in between were mistyped.
    return goesOn(own === newest ? own : { ...own, link: newest.link + 1 });
  }
  const told = states
    .flatMap((state) => hoursNotFor(account, state))
    .reduce((last, { to }) => (to > last ? to : last), '');
  if (from <= told) {
    return { reason: `the Marketplace has been told of hours up to ${told}: link the tenant from a later one` };
  }

  const base = states.find((state) => state.account === account);
  const left =
    base !== undefined && states.some((state) => state.link > base.link && state.account !== account && hasTold(state));
  const unanswered = newest === own ? [] : newest.records.filter(({ state }) => state === 'asked');
  const owed = newest.account !== account && hasCount(newest) ? owedOf(newest, dimensions) : [];
  const records = recordsOf(own, base);
  return goesOn(
    {
      ...emptyState(link),
      ...(base === undefined ? {} : countOf(base, from, left ? owedOf(base, dimensions) : [], records)),
      revision: own?.revision ?? 0,
      link: newest.link + 1,
      records,
      // What the account itself owes it is told of now, unless that was to be charged by hand.
      owed: [...newest.owed, ...owed].filter((each) => left || each.account !== account),
      unanswered: [...newest.unanswered, ...unanswered.map(recordText)],
    },
    unanswered.map((each) => ({ ...each, license: newest.license })),
  );
}

/** A record as operators are shown it. */
export const recordText = ({ dimension, hour, quantity }: PlannedRecord): string =>
  `${quantity} of ${dimension} in ${hour}`;

/**
 * The hours that a link of this account may not begin with. Those that only a mistyped license counted it may: one count has them once. What
 * they owe is named when the account becomes another, which therefore may not.
 */
function hoursNotFor(account: string, state: MarketplaceState): readonly HourRange[] {
  if (state.account === account) return toldHours(state);
  return hasCount(state) ? countedHours(state) : [];
}

/**
 * The count that a link goes on with.
 *
 * @param charged what was to be charged by hand meanwhile, and so counts as told
 * @param records those it goes on with; what becomes of one that was not answered yet is its own
 */
function countOf(
  base: MarketplaceState,
  from: string,
  charged: readonly Owed[],
  records: readonly PlannedRecord[],
): Pick<MarketplaceState, 'before' | 'meanings' | 'usage' | 'planned' | 'carried'> {
  const { meanings, usage } = base;
  const planned = countedSums(base);
  const month = Object.keys(usage).sort().at(-1) ?? '';
  for (const { dimension, quantity } of charged) planned.add(month, dimension, BigInt(quantity));
  const asked = records.map((record) => (record.state === 'asked' ? { ...record, state: 'waiting' as const } : record));
  return {
    before: countedHours(base).flatMap((range) => endedBefore(range, from)),
    meanings,
    usage,
    planned: planned.sums(),
    carried: countedSums({ planned: planned.sums(), records: asked }).sums(),
  };
}

/** The part of a range that lies before an hour, if any does. */
function endedBefore({ from, to }: HourRange, hour: string): readonly HourRange[] {
  if (from >= hour) return [];
  return [{ from, to: to < hour ? to : usageHour(new Date(hourStart(hour).getTime() - hourMs)) }];
}

/** The records of a license that is linked again. Those that are counted elsewhere by now only keep their hours. */
function recordsOf(own: MarketplaceState | undefined, base: MarketplaceState | undefined): readonly PlannedRecord[] {
  const records = (own?.records ?? []).filter(({ state }) => state !== 'waiting');
  return own === base ? records : records.map((record) => ({ ...record, state: 'recorded' }));
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
