import { openFrom } from '../close/close-tenant.ts';
import { hourMs, nextHour, usageHour } from '../usage-hour.ts';
import type { ReconciledHour } from './reconciled-hour.ts';

/** For how long an hour is looked at again that was missed, or in which something was missing: the spillway may still bring it. */
const againMs = 24 * hourMs;

/** The first hour that a run looks at. */
export const dueSince = (now: Date): string => usageHour(new Date(now.getTime() - againMs));

/**
 * The hours of the last day that are over and have no result yet, or one that may change, oldest first.
 *
 * @param known results since `dueSince`
 * @param first the first hour in which anybody may have used anything
 */
export function dueHours(known: readonly ReconciledHour[], first: string, now: Date): readonly string[] {
  const done = new Set(known.filter(({ driftPpm, open }) => driftPpm === 0 && open !== true).map(({ hour }) => hour));
  const hours: string[] = [];
  const since = dueSince(now);
  for (let hour = first > since ? first : since; hour < openFrom(now); hour = nextHour(hour)) {
    if (!done.has(hour)) hours.push(hour);
  }
  return hours;
}
