import * as z from 'zod/mini';
import type { ApiRequest } from '../../core/api/api-request.ts';
import type { AuditLog } from '../../core/audit/audit-log.ts';
import type { AuditState } from '../../core/audit/audit-record.ts';
import { closeAndFinalize } from '../../core/billing/invoice/close-and-finalize.ts';
import type { Invoices } from '../../core/billing/invoice/invoices.ts';
import type { CloseDependencies } from '../../core/metering/close/close-hour.ts';
import type { Tenant } from '../../core/tenancy/tenant.ts';
import type { Tenants } from '../../core/tenancy/tenants.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { jsonBody } from './json-body.ts';
import { nameSchema } from './name-schema.ts';
import { operatorArn } from './operator-arn.ts';
import { pathParameter } from './path-parameter.ts';

const finalization = z.strictObject({ early: z._default(z.boolean(), false) });
const voiding = z.strictObject({ reason: nameSchema });
const crediting = z.strictObject({ amount: z.string().check(z.maxLength(30)), reason: nameSchema });

/** The `invoices.*` routes. */
export function invoiceOperations(
  invoices: Invoices,
  closers: CloseDependencies,
  tenants: Pick<Tenants, 'find'>,
  audit: AuditLog,
): Operations {
  const billed = (request: ApiRequest): Promise<Tenant> => tenants.find(pathParameter(request, 'tenant'));
  const id = (request: ApiRequest): string => pathParameter(request, 'invoice');
  const change = async (request: ApiRequest, action: string, after: AuditState): Promise<Tenant> => {
    const tenant = await billed(request);
    // Cut, since it is recorded before it is known to be an invoice's.
    const subject = `invoice ${id(request).slice(0, 100)}`;
    await audit.record(request, { action, tenant: tenant.tenant, subject, after });
    return tenant;
  };
  return {
    'invoices.list': async (request) => jsonResponse(200, { invoices: await invoices.list(await billed(request)) }),
    'invoices.show': async (request) => jsonResponse(200, await invoices.show(await billed(request), id(request))),
    'invoices.line': async (request) =>
      jsonResponse(200, await invoices.explain(await billed(request), id(request), pathParameter(request, 'line'))),
    'invoices.finalize': async (request) => {
      const after = jsonBody(request, finalization);
      const tenant = await change(request, 'invoice.finalize', after);
      const made = closeAndFinalize({ closers, invoices }, tenant, id(request), after.early, request.remainingMs);
      return jsonResponse(200, await made);
    },
    'invoices.void': async (request) => {
      const after = jsonBody(request, voiding);
      const tenant = await change(request, 'invoice.void', after);
      return jsonResponse(200, await invoices.void(tenant, id(request), after.reason, operatorArn(request)));
    },
    'invoices.credit': async (request) => {
      const after = jsonBody(request, crediting);
      const tenant = await change(request, 'invoice.credit', after);
      return jsonResponse(
        200,
        await invoices.credit(tenant, id(request), after.amount, after.reason, operatorArn(request)),
      );
    },
  };
}
