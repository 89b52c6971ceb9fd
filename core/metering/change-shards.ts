import { ConflictError } from '../api/maas-error.ts';
import type { JournalShards, ShardCount } from './journal-shards.ts';
import { hourMs, usageHour } from './usage-hour.ts';

/**
 * What the authorizer found out of a tenant is used for a minute and a half at most, and a request runs for half a minute. Two hours
 * leave room for clocks that differ, and for an operator who changes his mind.
 */
const noticeMs = 2 * hourMs;
/** The changes travel with each request, in the authorizer's context, of which the gateway carries a few kilobytes. */
const changesMax = 20;

/**
 * The changes with another count, from the hour on that begins at least two hours from now. One that was to begin then gives way to it.
 *
 * @returns `shards` itself when the last change has this count already
 * @throws ConflictError when there were too many changes
 */
export function changeShards(shards: JournalShards | undefined, count: ShardCount, now: Date): JournalShards {
  const known = shards ?? [];
  if ((known.at(-1)?.count ?? 1) === count) return known;
  const from = usageHour(new Date(Math.ceil((now.getTime() + noticeMs) / hourMs) * hourMs));
  const kept = known.filter((change) => change.from < from);
  const after = (kept.at(-1)?.count ?? 1) === count ? kept : [...kept, { from, count }];
  if (after.length > changesMax) {
    throw new ConflictError(`the number of shards was changed ${changesMax} times, and that is as often as it can be`);
  }
  return after;
}
