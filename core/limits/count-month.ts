import type { RollupRow } from '../metering/rollup.ts';
import { usageHour } from '../metering/usage-hour.ts';
import type { UsageRange } from '../metering/usage-range.ts';
import type { UsageOwner, UsageSource } from '../metering/usage-source.ts';
import { type LimitUnit, limitUnits } from './limits.ts';
import type { MonthCounts } from './month-counts.ts';
import type { MonthRating } from './spend/month-rating.ts';

/**
 * What a tenant has used in an interval of a month, by what the bill is made of too: closed hours by their rollups, which one paginated Query
 * finds, all others by the journal. Happens once for a tenant and month, and when its limits are changed.
 *
 * @param rating where it is to be told by price as well
 * @param remainingMs milliseconds that there are for it
 * @throws TooLargeError when there is more to add up than there is time for
 */
export async function countMonth(
  source: Pick<UsageSource, 'read'>,
  owner: UsageOwner,
  range: UsageRange,
  rating: MonthRating | undefined,
  remainingMs: () => number,
): Promise<MonthCounts> {
  const units = Object.fromEntries(limitUnits.map((unit) => [unit, 0])) as Record<LimitUnit, number>;
  const byHour = new Map<string, RollupRow[]>();
  await source.read(owner, range, false, remainingMs, (at, used) => {
    for (const unit of limitUnits) units[unit] += used.units[unit];
    if (rating === undefined) return;
    const hour = usageHour(at);
    const rows = byHour.get(hour) ?? [];
    byHour.set(hour, rows);
    rows.push(used);
  });
  if (rating === undefined) return { units };
  return { units, prices: rating.quantities([...byHour].map(([hour, rows]) => ({ hour, rows }))) };
}
