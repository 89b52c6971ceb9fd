import type { ApiRequest, TenantCaller } from '../../core/api/api-request.ts';
import { usageRange } from '../../core/metering/usage-range.ts';
import type { UsageReader } from '../../core/metering/usage-reader.ts';
import type { DynamoDBKeys } from '../../core/tenancy/dynamodb-keys.ts';
import type { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { keyView } from '../../core/tenancy/key-view.ts';
import type { Tenant } from '../../core/tenancy/tenant.ts';
import { tenantView } from '../../core/tenancy/tenant-view.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';

/** What a tenant's self-service is made of. */
export interface AccountDependencies {
  readonly tenants: DynamoDBTenants;
  readonly keys: DynamoDBKeys;
  readonly usage: UsageReader;
  readonly now: () => Date;
}

/** The `account.*` routes. Whose account it is comes from the authorizer alone; no route takes a tenant from the client. */
export function accountOperations({ tenants, keys, usage, now }: AccountDependencies): Operations {
  const own = async (request: ApiRequest): Promise<Tenant> => {
    const { tenant: id } = tenantCaller(request);
    const tenant = await tenants.find(id);
    if (tenant === undefined) throw new Error(`the authorizer let tenant ${id} in, which is not there`);
    return tenant;
  };
  return {
    'account.show': async (request) => {
      const tenant = await own(request);
      return jsonResponse(200, { ...tenantView(tenant), keyId: tenantCaller(request).keyId });
    },
    'account.usage': async (request) => {
      const { from, to } = usageRange(request.query, now());
      return jsonResponse(200, await usage.usage(await own(request), from, to, request.remainingMs));
    },
    'account.keys': async (request) => {
      const { tenant } = tenantCaller(request);
      const at = now();
      const records = await keys.ofTenant(tenant);
      return jsonResponse(200, { keys: records.map((record) => keyView(record, at)) });
    },
  };
}

function tenantCaller({ caller, route }: ApiRequest): TenantCaller {
  if (caller.kind !== 'tenant') throw new Error(`${route.id} was called by an operator`);
  return caller;
}
