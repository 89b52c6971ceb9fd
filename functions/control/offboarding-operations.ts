import * as z from 'zod/mini';
import { graceDaysMin } from '../../core/tenancy/grace-days-min.ts';
import type { Offboarding } from '../../core/tenancy/offboarding.ts';
import type { TenantExport } from '../../core/tenancy/tenant-export.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { checked } from './checked.ts';
import { jsonBody } from './json-body.ts';
import { pathParameter } from './path-parameter.ts';

const leaving = z.strictObject({ graceDays: z._default(z.int().check(z.minimum(graceDaysMin), z.maximum(365)), 30) });
const page = z.strictObject({ after: z.optional(z.string().check(z.maxLength(100))) });
const nothing = z.strictObject({});

/** The routes by which a tenant leaves: export, offboard, purge. */
export const offboardingOperations = (offboarding: Offboarding, tenantExport: TenantExport): Operations => ({
  'tenants.export': async (request) => {
    const { after } = checked(request.query, page);
    return jsonResponse(200, await tenantExport.page(pathParameter(request, 'tenant'), after, request.remainingMs));
  },
  'tenants.offboard': async (request) => {
    const { graceDays } = jsonBody(request, leaving);
    return jsonResponse(200, await offboarding.leave(pathParameter(request, 'tenant'), graceDays, request));
  },
  'tenants.purge': async (request) => {
    jsonBody(request, nothing);
    const tenant = pathParameter(request, 'tenant');
    await offboarding.purge(tenant, request);
    return jsonResponse(200, { tenant, status: 'purged' });
  },
});
