import { usageHour } from '../../../metering/usage-hour.ts';
import { dimensionSize } from './dimension-size.ts';
import type { MarketplaceDimension } from './marketplace-connection.ts';
import type { MarketplaceState, PlannedRecord } from './marketplace-state.ts';
import { isClosed, openHours } from './metering-window.ts';
import { MonthTally } from './month-tally.ts';

/** 32 bits, as AWS documents. */
const quantityMax = 2_147_483_647n;

/** What is to be told next. */
export interface Plan {
  readonly state: MarketplaceState;
  /** Records that never counted and whose hour has closed; what they said is planned anew. */
  readonly takenOut: readonly PlannedRecord[];
  /** Records that were sent, never answered, and whose hour has closed: they are held to count. */
  readonly unanswered: readonly PlannedRecord[];
  /** Whether something is left for which no hour is free. */
  readonly unplaced: boolean;
}

/**
 * Plans records so that their sum becomes, for each dimension, what was used since the link in whole units: the difference to what was
 * planned before, in hours not yet used. Usage of the last month goes into its hours as long as the Marketplace takes them, and after
 * that into the hours of this one. Where less was used than told, which a void does, nothing is planned until usage has made up for it.
 */
export function planRecords(before: MarketplaceState, dimensions: readonly MarketplaceDimension[], now: Date): Plan {
  const closed = before.records.filter(({ hour }) => isClosed(hour, now));
  const records = before.records.filter((record) => !closed.includes(record));
  const takenOut = closed.filter(({ state }) => state === 'waiting');
  const usage = new MonthTally(before.usage);
  const planned = new MonthTally(before.planned);
  for (const { hour, dimension, quantity } of takenOut) planned.add(monthOf(hour), dimension, -BigInt(quantity));

  const free = inOrder(
    openHours(now).filter((hour) => hour >= before.from),
    before.to,
  );
  const month = monthOf(usageHour(now));
  let unplaced = false;
  for (const each of dimensions) {
    const { dimension } = each;
    const size = dimensionSize(each);
    const missing = (until: string): bigint => usage.upTo(until, dimension) / size - planned.upTo(until, dimension);
    const used = new Set(records.filter((record) => record.dimension === dimension).map(({ hour }) => hour));
    for (const hour of free) {
      // What an earlier month lacks, unless it was told in a later one already.
      const lacking = least(missing(monthOf(hour)), missing(month));
      if (lacking <= 0n || used.has(hour)) continue;
      const quantity = least(lacking, quantityMax);
      records.push({ dimension, hour, quantity: Number(quantity), state: 'waiting' });
      planned.add(monthOf(hour), dimension, quantity);
    }
    if (missing(month) > 0n) unplaced = true;
  }
  return {
    state: { ...before, planned: planned.sums(), records },
    takenOut,
    unanswered: closed.filter(({ state }) => state === 'asked'),
    unplaced,
  };
}

/**
 * Hours of the last month first. Within a month the newest hour that has usage, then those before it, then those after it: so usage is
 * shown about where it was.
 */
function inOrder(hours: readonly string[], newest: string): readonly string[] {
  const months = new Set(hours.map(monthOf));
  return [...months].flatMap((month) => {
    const all = hours.filter((hour) => monthOf(hour) === month);
    return [...all.filter((hour) => hour <= newest).reverse(), ...all.filter((hour) => hour > newest)];
  });
}

const monthOf = (hour: string): string => hour.slice(0, 7);

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
