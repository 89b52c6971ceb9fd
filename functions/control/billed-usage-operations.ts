import type { Tenants } from '../../core/tenancy/tenants.ts';
import type { BilledUsage } from '../billed-usage.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { pathParameter } from './path-parameter.ts';

/** The routes by which operators follow an event to its invoice, and an invoice's line to its events. */
export const billedUsageOperations = (billed: BilledUsage, tenants: Pick<Tenants, 'find'>): Operations => ({
  'tenants.usage-event': async (request) => {
    const tenant = await tenants.find(pathParameter(request, 'tenant'));
    return jsonResponse(200, await billed.state(tenant, pathParameter(request, 'event')));
  },
  'invoices.line-events': async (request) => {
    const tenant = await tenants.find(pathParameter(request, 'tenant'));
    return jsonResponse(200, await billed.ofLine(request, tenant, `/tenants/${tenant.tenant}/usage/events/`));
  },
});
