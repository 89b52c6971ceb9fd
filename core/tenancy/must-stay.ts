import { ConflictError } from '../api/maas-error.ts';
import type { DynamoDBTenants } from './dynamodb-tenants.ts';
import { findTenant } from './find-tenant.ts';
import type { Tenant } from './tenant.ts';

/** A tenant that is to go on, as stored. @throws NotFoundError when there is none of this id, ConflictError when it is leaving */
export async function mustStay(tenants: DynamoDBTenants, tenant: string): Promise<Tenant> {
  const found = await findTenant(tenants, tenant);
  if (found.status === 'active' || found.status === 'suspended') return found;
  throw new ConflictError(`tenant ${tenant} is ${found.status}; resume it first`);
}
