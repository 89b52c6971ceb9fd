import { openFrom } from '../close/close-tenant.ts';
import { hourMs, hourStart, nextHour, usageHour } from '../usage-hour.ts';
import type { ReconciledHour } from './reconciled-hour.ts';

/**
 * When an hour is looked at again, counted from its end:
 * - after 1 hour, as CloudWatch promises no time in which it delivers a line, and mostly takes minutes;
 * - after 6 hours, for what the spillway brought behind an outage of the journal;
 * - after 25 hours, when every `Idempotency-Key` of that hour is over, and what nobody repeated can be voided;
 * - after 52 hours, when the spillway has tried its 1,000 times at 3 minutes each.
 *
 * Each look reads an hour's logs, which costs time only, and its journal, at some $0.015 for a million events. More looks would find the
 * same, only sooner.
 */
const againMs = [1, 6, 25, 52].map((hours) => hours * hourMs);
/** What an hour misses may still come, and an operator should see that it did. */
const driftMs = 24 * hourMs;
/** A day longer than to the last look: runs may fail for that long. */
const backMs = 76 * hourMs;

/** The first hour that a run looks at. */
export const dueSince = (now: Date): string => usageHour(new Date(now.getTime() - backMs));

/** The hours that a run looks at, in this order. */
export interface DueHours {
  /** Those that are over and were not looked at since. */
  readonly first: readonly string[];
  /** Those to look at again: with drift, then without. */
  readonly again: readonly string[];
  /** Those whose last run did not get through: one that is too large for any run would stop all others if it came before them. */
  readonly last: readonly string[];
}

/**
 * The hours that are due, each kind oldest first; the last ones by when they were begun, so that none of them stops another for good.
 *
 * @param known results since `dueSince`
 * @param begun when hours since `dueSince` were last begun
 * @param first the first hour in which anybody may have used anything
 */
export function dueHours(
  known: readonly ReconciledHour[],
  begun: ReadonlyMap<string, string>,
  first: string,
  now: Date,
): DueHours {
  const results = new Map(known.map((result) => [result.hour, result]));
  const unseen: string[] = [];
  const drifting: string[] = [];
  const settled: string[] = [];
  const stuck: string[] = [];
  const since = dueSince(now);
  for (let hour = first > since ? first : since; hour < openFrom(now); hour = nextHour(hour)) {
    const result = results.get(hour);
    const begunAt = begun.get(hour) ?? '';
    const gotThrough = begunAt <= (result?.reconciledAt ?? '');
    if (result === undefined || result.open === true) {
      (gotThrough ? unseen : stuck).push(hour);
      continue;
    }
    const end = hourStart(nextHour(hour)).getTime();
    const age = now.getTime() - end;
    const seenAt = Date.parse(result.reconciledAt) - end;
    const drifts = result.driftPpm > 0 && age <= driftMs;
    if (!drifts && !againMs.some((after) => seenAt < after && after <= age)) continue;
    if (!gotThrough) stuck.push(hour);
    else (drifts ? drifting : settled).push(hour);
  }
  const last = stuck.sort((a, b) => ((begun.get(a) ?? '') < (begun.get(b) ?? '') ? -1 : 1));
  return { first: unseen, again: [...drifting, ...settled], last };
}
