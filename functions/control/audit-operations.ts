import * as z from 'zod/mini';
import type { AuditLog } from '../../core/audit/audit-log.ts';
import { tenantIdPattern } from '../../core/tenancy/tenant-id-pattern.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { limitSchema } from '../limit-schema.ts';
import { checked } from './checked.ts';

const page = z.strictObject({
  tenant: z.optional(z.string().check(z.regex(tenantIdPattern, 'the id of a tenant'))),
  before: z.optional(z.uuid()),
  limit: limitSchema(200, 50),
});

/** The `audit.*` routes. A tenant that is gone keeps its records, so none is looked up. */
export const auditOperations = (audit: AuditLog): Operations => ({
  'audit.list': async (request) => {
    const { limit, tenant, before } = checked(request.query, page);
    return jsonResponse(200, await audit.list(limit, tenant, before));
  },
});
