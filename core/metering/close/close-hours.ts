import type { CloseDependencies } from './close-hour.ts';
import { type ClosingTenant, closeTenant } from './close-tenant.ts';

/** What a run of the close did. */
export interface CloseReport {
  readonly tenants: number;
  /** Rollups that are new or changed. */
  readonly written: number;
  /** Tenants whose hours could not all be closed; the others are. */
  readonly failed: readonly string[];
  /** False when the time ran out: run it again, and it goes on from there. */
  readonly complete: boolean;
}

interface Run {
  /** @default false */
  readonly openHours?: boolean;
  readonly remainingMs: () => number;
  readonly onFailure: (tenant: string, error: unknown) => void;
}

/** At once; most of a tenant's share is waiting for an empty answer. */
const concurrentTenants = 8;
/** The largest step between two looks at the clock is one hour of one tenant: a million events take half a minute. */
const reserveMs = 5000;

/** Closes the hours of many tenants. Each is on its own: one that fails stops nobody. */
export async function closeHours(
  dependencies: CloseDependencies,
  tenants: readonly ClosingTenant[],
  { openHours = false, remainingMs, onFailure }: Run,
): Promise<CloseReport> {
  const enoughTime = (): boolean => remainingMs() > reserveMs;
  const queue = tenants.values();
  const failed: string[] = [];
  let written = 0;
  let complete = true;
  const work = async (): Promise<void> => {
    for (const tenant of queue) {
      if (!enoughTime()) {
        complete = false;
        return;
      }
      try {
        const closed = await closeTenant(dependencies, tenant, { openHours, enoughTime });
        written += closed.written;
        complete &&= closed.complete;
      } catch (error) {
        failed.push(tenant.tenant);
        onFailure(tenant.tenant, error);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrentTenants }, work));
  return { tenants: tenants.length, written, failed: failed.sort((a, b) => (a < b ? -1 : 1)), complete };
}
