import { ConflictError } from '../api/maas-error.ts';
import type { Initiator } from '../audit/initiator.ts';
import { changeShards } from '../metering/change-shards.ts';
import type { ShardCount } from '../metering/journal-shards.ts';
import { isConditionFailed } from '../storage/is-condition-failed.ts';
import { mustStay } from './must-stay.ts';
import type { Tenant } from './tenant.ts';
import type { TenantsDependencies } from './tenants.ts';

/**
 * Spreads a tenant's hours over so many partitions of the journal, from the hour on that begins at least two hours from now: until then
 * no request is under way that knows of the old number only. The same number again changes nothing.
 *
 * @throws NotFoundError when there is no tenant of this id
 * @throws ConflictError after too many changes, when somebody else changed it just now, and for a tenant that is leaving
 */
export async function changeTenantShards(
  { tenants, audit, now }: Pick<TenantsDependencies, 'tenants' | 'audit' | 'now'>,
  tenant: string,
  count: ShardCount,
  by: Initiator,
): Promise<Tenant> {
  const found = await mustStay(tenants, tenant);
  const before = found.shards ?? [];
  const after = changeShards(before, count, now());
  if (after === before) return found;
  const change = { before: { shards: before }, after: { shards: after } };
  await audit.record(by, { action: 'tenant.shards', tenant, subject: `tenant ${tenant}`, ...change });
  return tenants.setShards(tenant, found.shards, after).catch((error: unknown) => {
    if (!isConditionFailed(error)) throw error;
    throw new ConflictError(`the shards of tenant ${tenant} were changed by somebody else just now; look at it again`);
  });
}
