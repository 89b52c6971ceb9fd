import type { ClosingTenant } from '../close/close-tenant.ts';
import { forEachTenant, type TenantsRun } from '../for-each-tenant.ts';
import type { ArchiveDependencies } from './archive-hour.ts';
import { archiveLag, archiveTenant } from './archive-tenant.ts';
import { ArchiveTime } from './archive-time.ts';

/** What a run of the archive did. */
export interface ArchiveReport extends TenantsRun {
  /** Hours of which objects were written. */
  readonly written: number;
  /** By how many hours the oldest hour is late that was due and is not in the ledger: over all tenants but those that failed. */
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
  // Of each after its last turn.
  const lags = new Map<string, number>();
  const run = await forEachTenant(
    tenants,
    {
      remainingMs,
      reserveMs: ArchiveTime.reserveMs,
      now: dependencies.now(),
      onFailure,
      concurrent: concurrentTenants,
    },
    async (tenant, enoughTime) => {
      const archived = await archiveTenant(dependencies, tenant, { time, enoughTime });
      written += archived.written;
      lags.set(tenant.tenant, archived.lagHours);
      return archived.complete;
    },
  );
  // One that no run comes to has to be told of, too.
  const failed = new Set(run.failed);
  const others = tenants.filter(({ tenant }) => !lags.has(tenant) && !failed.has(tenant));
  const unreached = await Promise.all(others.map((tenant) => archiveLag(dependencies, tenant)));
  return { ...run, written, lagHours: [...lags.values(), ...unreached].reduce((a, b) => Math.max(a, b), 0) };
}
