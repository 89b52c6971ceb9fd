import { forEachTenant, type TenantsRun } from '../for-each-tenant.ts';
import type { CloseDependencies } from './close-hour.ts';
import { type ClosingTenant, closeTenant } from './close-tenant.ts';

/** What a run of the close did. */
export interface CloseReport extends TenantsRun {
  /** Rollups that are new or changed. */
  readonly written: number;
}

interface Run {
  /** @default false */
  readonly openHours?: boolean;
  readonly remainingMs: () => number;
  readonly onFailure: (tenant: string, error: unknown) => void;
}

/** The largest step between two looks at the clock is one hour of one tenant: a million events take half a minute. */
const reserveMs = 5000;

/** Closes the hours of many tenants. Each is on its own: one that fails stops nobody. */
export async function closeHours(
  dependencies: CloseDependencies,
  tenants: readonly ClosingTenant[],
  { openHours = false, remainingMs, onFailure }: Run,
): Promise<CloseReport> {
  let written = 0;
  const run = await forEachTenant(
    tenants,
    { remainingMs, reserveMs, now: dependencies.now(), onFailure },
    async (tenant, enoughTime) => {
      const closed = await closeTenant(dependencies, tenant, { openHours, enoughTime });
      written += closed.written;
      return closed.complete;
    },
  );
  return { ...run, written };
}
