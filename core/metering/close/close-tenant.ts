import type { JournalOwner } from '../journal-shards.ts';
import { nextHour, usageHour } from '../usage-hour.ts';
import { type CloseDependencies, closeHour } from './close-hour.ts';

/** A tenant, and since when it may have used anything. */
export interface ClosingTenant extends JournalOwner {
  readonly createdAt: string;
}

/** What closing one tenant did. */
export interface ClosedTenant {
  /** Rollups that are new or changed. */
  readonly written: number;
  /** False when the time ran out; the next run goes on from there. */
  readonly complete: boolean;
}

interface Options {
  /** Also adds up the hours that are not over; they stay open. */
  readonly openHours: boolean;
  /**
   * Hours, the second one excluded: none behind them are closed, and what came late is counted in these alone.
   * @default - all that are due
   */
  readonly only?: { readonly from: string; readonly to: string };
  readonly enoughTime: () => boolean;
}

/**
 * How long an hour is left open after its end. An event is minted at most half a minute before it is stored; one that comes half of this
 * later leaves a note. The rest is for clocks that differ.
 */
const graceMs = 600_000;
/** Between the note of late usage and the usage itself lie a minute at most; the rest is for clocks that differ. */
const lateMarginMs = 300_000;
/** How far the clock of the function that minted an id may be ahead of the one that wrote `createdAt`. */
const skewMs = 60_000;

/** The first hour that is too young to be closed. */
export const openFrom = (now: Date): string => usageHour(new Date(now.getTime() - graceMs));

/** The tenant's first hour. */
export const firstHour = ({ createdAt }: ClosingTenant): string => usageHour(new Date(Date.parse(createdAt) - skewMs));

/**
 * Closes a tenant's hours from where the last run stopped, and brings those up to date that late usage or a void came to. Progress is
 * written behind each step, so a run that dies leaves work to be done again, and none undone.
 */
export async function closeTenant(
  dependencies: CloseDependencies,
  tenant: ClosingTenant,
  { openHours, only, enoughTime }: Options,
): Promise<ClosedTenant> {
  const { journal, rollups, now } = dependencies;
  const id = tenant.tenant;
  const startedAt = now();
  const over = openFrom(startedAt);
  const end = only !== undefined && only.to < over ? only.to : over;
  const progress = await rollups.progress(id);
  let written = 0;
  const close = async (hour: string, open: boolean): Promise<void> => {
    const { before, after } = await closeHour(dependencies, tenant, hour, open);
    if (after?.version !== before?.version) written += 1;
  };

  let closedTo = progress.closedTo ?? firstHour(tenant);
  while (closedTo < end) {
    if (!enoughTime()) return { written, complete: false };
    await close(closedTo, false);
    closedTo = nextHour(closedTo);
    await rollups.advance(id, 'closedTo', closedTo);
  }

  const late = [...(await journal.lateHours(id, new Date(progress.lateSeenTo ?? 0)))];
  const due = only === undefined ? late : late.filter((hour) => hour >= only.from && hour < only.to);
  for (const hour of due) {
    if (!enoughTime()) return { written, complete: false };
    if (hour < closedTo) await close(hour, false);
    // It was added up before its end, for drafts and early invoices. Others are counted when they are closed.
    else if (!openHours && (await rollups.head(id, hour)) !== undefined) await close(hour, true);
  }
  if (due.length === late.length) {
    await rollups.advance(id, 'lateSeenTo', new Date(startedAt.getTime() - lateMarginMs).toISOString());
  }

  if (openHours) {
    const last = usageHour(new Date(startedAt.getTime() + skewMs));
    for (let hour = closedTo; hour <= last; hour = nextHour(hour)) {
      if (!enoughTime()) return { written, complete: false };
      await close(hour, true);
    }
  }
  return { written, complete: true };
}
