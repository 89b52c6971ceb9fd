import { NotFoundError } from '../api/maas-error.ts';
import type { DynamoDBTenants } from './dynamodb-tenants.ts';
import type { Tenant } from './tenant.ts';
import { tenantIdPattern } from './tenant-id-pattern.ts';

/** The tenant as stored. @throws NotFoundError when there is none of this id */
export async function findTenant(tenants: DynamoDBTenants, tenant: string): Promise<Tenant> {
  // A hostile id costs no read.
  const found = tenantIdPattern.test(tenant) ? await tenants.find(tenant) : undefined;
  if (found === undefined) throw new NotFoundError(`there is no tenant ${JSON.stringify(tenant.slice(0, 100))}`);
  return found;
}
