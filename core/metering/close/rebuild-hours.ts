import { journalBegins } from '../journal-days.ts';
import { nextHour, usageHour } from '../usage-hour.ts';
import { type CloseDependencies, type ClosedHour, closeHour } from './close-hour.ts';
import { type ClosingTenant, firstHour } from './close-tenant.ts';
import { foldHour } from './fold-hour.ts';

/** What rebuilding some of a tenant's hours found. */
export interface RebuildReport {
  readonly tenant: string;
  /** Hours looked at. */
  readonly hours: number;
  /** Those whose rollup said something else than the journal. They say the same now. */
  readonly differences: readonly ClosedHour[];
  /** Where to go on; absent at the end. */
  readonly next?: string;
}

const reserveMs = 5000;

/**
 * Makes a tenant's rollups of closed hours again from the journal, oldest first, and tells where they differed: by nothing, unless the
 * close has a fault or somebody has written into the table. Hours whose events may have left the journal are left alone; `rebuildFromLedger` makes those again.
 *
 * @param from the hour to begin with, `2026-11-22T01`; default: the tenant's first
 */
export async function rebuildHours(
  dependencies: CloseDependencies,
  tenant: ClosingTenant,
  from: string | undefined,
  remainingMs: () => number,
): Promise<RebuildReport> {
  const { closedTo } = await dependencies.rollups.progress(tenant.tenant);
  const oldest = usageHour(journalBegins(dependencies.now()));
  const first = [firstHour(tenant), oldest, from ?? ''].reduce((a, b) => (a > b ? a : b));
  const differences: ClosedHour[] = [];
  let hours = 0;
  for (let hour = first; hour < (closedTo ?? first); hour = nextHour(hour)) {
    if (remainingMs() < reserveMs) return { tenant: tenant.tenant, hours, differences, next: hour };
    const fold = () => foldHour(dependencies.journal, tenant, hour);
    const closed = await closeHour(dependencies, tenant, hour, false, { fold, version: 0, least: 0 });
    hours += 1;
    if (closed.after?.version !== closed.before?.version) differences.push(closed);
  }
  return { tenant: tenant.tenant, hours, differences };
}
