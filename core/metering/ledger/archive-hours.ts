import type { ClosingTenant } from '../close/close-tenant.ts';
import { forEachTenant, type TenantsRun } from '../for-each-tenant.ts';
import type { ArchiveDependencies } from './archive-hour.ts';
import { archiveTenant } from './archive-tenant.ts';
import { ArchiveTime } from './archive-time.ts';

/** What a run of the archive did. */
export interface ArchiveReport extends TenantsRun {
  /** Hours of which objects were written. */
  readonly written: number;
  /** By how many hours the oldest hour is late that was due and is not in the ledger, over all tenants that did not fail. */
  readonly lagHours: number;
}

/** Each may hold some ten thousand events. */
const concurrentTenants = 3;

/** Archives the hours of many tenants. */
export async function archiveHours(
  dependencies: ArchiveDependencies,
  tenants: readonly ClosingTenant[],
  { remainingMs, onFailure }: { remainingMs: () => number; onFailure: (tenant: string, error: unknown) => void },
): Promise<ArchiveReport> {
  const time = new ArchiveTime(remainingMs);
  let written = 0;
  let lagHours = 0;
  const run = await forEachTenant(
    tenants,
    () => time.isLeft(),
    async (tenant) => {
      const archived = await archiveTenant(dependencies, tenant, time);
      written += archived.written;
      lagHours = Math.max(lagHours, archived.lagHours);
      return archived.complete;
    },
    onFailure,
    concurrentTenants,
  );
  return { ...run, written, lagHours };
}
