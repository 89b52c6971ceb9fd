import type { ApiRequest } from '../../core/api/api-request.ts';
import type { TenantLimits } from '../../core/limits/tenant-limits.ts';
import type { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import type { Keys } from '../../core/tenancy/keys.ts';
import type { Tenant } from '../../core/tenancy/tenant.ts';
import { tenantView } from '../../core/tenancy/tenant-view.ts';
import { BilledUsage } from '../billed-usage.ts';
import type { BillingAccess } from '../billing-access.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import type { UsageAccess } from '../usage-access.ts';
import { invoiceOperations } from './invoice-operations.ts';
import { keyOperations } from './key-operations.ts';
import { tenantCaller } from './tenant-caller.ts';
import { usageOperations } from './usage-operations.ts';

/** What a tenant's self-service is made of. */
export interface AccountDependencies {
  readonly tenants: DynamoDBTenants;
  readonly keys: Keys;
  readonly access: Pick<UsageAccess, 'usage' | 'events' | 'journal' | 'rollups'>;
  readonly limits: Pick<TenantLimits, 'show'>;
  readonly billing: BillingAccess;
  readonly now: () => Date;
}

/** The `account.*` routes. Whose account it is comes from the authorizer alone; no route takes a tenant from the client. */
export function accountOperations({ tenants, keys, access, limits, billing, now }: AccountDependencies): Operations {
  const own = async (request: ApiRequest): Promise<Tenant> => {
    const { tenant: id } = tenantCaller(request);
    const tenant = await tenants.find(id);
    if (tenant === undefined) throw new Error(`the authorizer let tenant ${id} in, which is not there`);
    return tenant;
  };
  const billed = new BilledUsage(billing, access, now);
  return {
    ...keyOperations(keys),
    ...usageOperations(access.usage, billed, own, now),
    ...invoiceOperations(billing, billed, own, now),
    'account.show': async (request) => {
      const tenant = await own(request);
      // How its journal is laid out is the operators' business.
      const { shards: _, ...view } = tenantView(tenant);
      return jsonResponse(200, {
        ...view,
        keyId: tenantCaller(request).keyId,
        limits: await limits.show(tenant, request.remainingMs),
      });
    },
  };
}
