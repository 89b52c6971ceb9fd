import * as z from 'zod/mini';
import type { AuditLog } from '../../core/audit/audit-log.ts';
import type { Credits } from '../../core/billing/credits/credits.ts';
import type { Tenants } from '../../core/tenancy/tenants.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { jsonBody } from './json-body.ts';
import { nameSchema } from './name-schema.ts';
import { operatorArn } from './operator-arn.ts';
import { pathParameter } from './path-parameter.ts';

const granting = z.strictObject({ amount: z.string().check(z.maxLength(30)), reason: nameSchema });

/** The `credits.*` routes. */
export const creditOperations = (credits: Credits, tenants: Pick<Tenants, 'find'>, audit: AuditLog): Operations => ({
  'credits.grant': async (request) => {
    const after = jsonBody(request, granting);
    const { tenant } = await tenants.find(pathParameter(request, 'tenant'));
    await audit.record(request, { action: 'credits.grant', tenant, subject: `credits of ${tenant}`, after });
    return jsonResponse(201, await credits.grant(tenant, after.amount, after.reason, operatorArn(request)));
  },
  'credits.show': async (request) => {
    const { tenant } = await tenants.find(pathParameter(request, 'tenant'));
    return jsonResponse(200, await credits.show(tenant));
  },
});
