import { type ClosingTenant, firstHour } from '../close/close-tenant.ts';
import { hourMs, hourStart, nextHour, usageHour } from '../usage-hour.ts';
import { type ArchiveDependencies, type ArchivingTime, archiveHour } from './archive-hour.ts';
import { LedgerMismatchError } from './ledger-mismatch-error.ts';

/** What archiving one tenant did. */
export interface ArchivedTenant {
  /** Hours of which objects were written. */
  readonly written: number;
  /** Hours that were due and are not in the ledger: by how many hours the oldest of them is late. */
  readonly lagHours: number;
  /** False when there was not enough time; the next turn goes on from there. */
  readonly complete: boolean;
}

/** How long after its end an hour is archived: what comes late does so sooner, but for corrections by people. */
const restMs = 48 * hourMs;

/** The hour that is due last. */
const dueAt = (now: Date): string => usageHour(new Date(now.getTime() - restMs));

/** By how many hours the oldest of a tenant's hours is late that was due and is not in the ledger. */
export async function archiveLag(
  { rollups, now }: Pick<ArchiveDependencies, 'rollups' | 'now'>,
  tenant: ClosingTenant,
): Promise<number> {
  const { archivedTo } = await rollups.progress(tenant.tenant);
  return hoursBetween(archivedTo ?? firstHour(tenant), dueAt(now()));
}

/**
 * Archives a tenant's hours from where the last run stopped, and those again that something came to since. Progress is written behind each
 * step, so a run that dies leaves work to be done again, and none undone.
 */
export async function archiveTenant(
  dependencies: ArchiveDependencies,
  tenant: ClosingTenant,
  time: ArchivingTime,
): Promise<ArchivedTenant> {
  const { journal, rollups, now } = dependencies;
  const id = tenant.tenant;
  const { closedTo, lateSeenTo, archivedTo: before, lateArchivedTo } = await rollups.progress(id);
  const due = dueAt(now());
  const end = closedTo !== undefined && closedTo < due ? closedTo : due;
  let archivedTo = before ?? firstHour(tenant);
  let written = 0;
  const since = new Date(lateSeenTo ?? 0);
  const archive = async (hour: string): Promise<'done' | 'waits' | 'cut off'> => {
    if (!time.enoughTime()) return 'cut off';
    try {
      const done = await archiveHour(dependencies, tenant, hour, time);
      if (done.written) written += 1;
      return done.complete ? 'done' : 'cut off';
    } catch (error) {
      // Something came to it while it was read.
      if (error instanceof LedgerMismatchError && (await journal.lateHours(id, since)).has(hour)) return 'waits';
      throw error;
    }
  };
  const outcome = (complete: boolean): ArchivedTenant => ({
    written,
    complete,
    lagHours: hoursBetween(archivedTo, due),
  });

  // What came to an hour and is not counted yet would not agree with its rollup; the next run has both.
  const waiting = await journal.lateHours(id, since);
  // First what came late: its hours are in the ledger already, and it is not. The close has counted what was noted before `lateSeenTo`.
  if (lateSeenTo !== undefined) {
    for (const hour of await journal.lateHours(id, new Date(lateArchivedTo ?? 0))) {
      // Others are archived when their turn comes.
      if (hour < archivedTo && !waiting.has(hour) && (await archive(hour)) === 'cut off') return outcome(false);
    }
    await rollups.advance(id, 'lateArchivedTo', lateSeenTo);
  }
  while (closedTo !== undefined && archivedTo < end && !waiting.has(archivedTo)) {
    const done = await archive(archivedTo);
    if (done !== 'done') return outcome(done === 'waits');
    archivedTo = nextHour(archivedTo);
    await rollups.advance(id, 'archivedTo', archivedTo);
  }
  return outcome(true);
}

const hoursBetween = (from: string, to: string): number =>
  Math.max(0, (hourStart(to).getTime() - hourStart(from).getTime()) / hourMs);
