import * as z from 'zod/mini';
import type { ApiRequest } from '../../core/api/api-request.ts';
import type { ApiResponse } from '../../core/api/api-response.ts';
import type { AuditLog } from '../../core/audit/audit-log.ts';
import { limitOverridesSchema } from '../../core/limits/limits-schema.ts';
import type { TenantLimits } from '../../core/limits/tenant-limits.ts';
import type { Tenants } from '../../core/tenancy/tenants.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { jsonBody } from './json-body.ts';
import { pathParameter } from './path-parameter.ts';

const nothing = z.strictObject({});

/** The `limits.*` routes. */
export function limitOperations(
  limits: TenantLimits,
  tenants: Pick<Tenants, 'find'>,
  audit: Pick<AuditLog, 'record'>,
): Operations {
  const find = (request: ApiRequest) => tenants.find(pathParameter(request, 'tenant'));
  const shown = async (request: ApiRequest): Promise<ApiResponse> => {
    const owner = await find(request);
    const { tenant, plan } = owner;
    const overrides = await limits.overrides(tenant);
    return jsonResponse(200, { tenant, plan, ...(await limits.show(owner, request.remainingMs)), overrides });
  };
  return {
    'limits.show': shown,
    'limits.set': async (request) => {
      const change = jsonBody(request, limitOverridesSchema);
      await limits.set(await find(request), change, request, request.remainingMs);
      return shown(request);
    },
    'limits.clear': async (request) => {
      jsonBody(request, nothing);
      await limits.clear(await find(request), request, request.remainingMs);
      return shown(request);
    },
    'limits.recount': async (request) => {
      jsonBody(request, nothing);
      const owner = await find(request);
      await audit.record(request, { action: 'limits.recount', tenant: owner.tenant, subject: 'limits' });
      await limits.recount(owner, request.remainingMs);
      return shown(request);
    },
  };
}
