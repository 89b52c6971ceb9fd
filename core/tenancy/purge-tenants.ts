import type { Initiator } from '../audit/initiator.ts';
import type { DynamoDBTenants } from './dynamodb-tenants.ts';
import type { Offboarding } from './offboarding.ts';

interface Dependencies {
  readonly offboarding: Pick<Offboarding, 'purge'>;
  readonly tenants: Pick<DynamoDBTenants, 'list'>;
  readonly now: () => Date;
}

/** What a purge of all tenants did. */
export interface PurgeReport {
  readonly purged: readonly string[];
  /** Those whose time of grace is over and that could not be purged. */
  readonly failed: readonly string[];
  /** False when the time ran out; the next run goes on. */
  readonly complete: boolean;
}

/** Purges every tenant whose time of grace is over. One that cannot be stops no other. */
export async function purgeTenants(
  { offboarding, tenants, now }: Dependencies,
  by: Initiator,
  { enoughTime, onFailure }: { enoughTime: () => boolean; onFailure: (tenant: string, error: unknown) => void },
): Promise<PurgeReport> {
  const purged: string[] = [];
  const failed: string[] = [];
  for (const { tenant, purgeAfter } of await tenants.list()) {
    if (purgeAfter === undefined || Date.parse(purgeAfter) > now().getTime()) continue;
    if (!enoughTime()) return { purged, failed, complete: false };
    try {
      await offboarding.purge(tenant, by);
      purged.push(tenant);
    } catch (error) {
      failed.push(tenant);
      onFailure(tenant, error);
    }
  }
  return { purged, failed, complete: true };
}
