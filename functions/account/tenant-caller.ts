import type { ApiRequest, TenantCaller } from '../../core/api/api-request.ts';

/** The tenant that calls. That the route let anybody else in is our fault and no client's. */
export function tenantCaller({ caller, route }: ApiRequest): TenantCaller {
  if (caller.kind !== 'tenant') throw new Error(`${route.id} was called by ${caller.kind}`);
  return caller;
}
