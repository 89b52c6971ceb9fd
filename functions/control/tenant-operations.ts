import * as z from 'zod/mini';
import type { Tenants } from '../../core/tenancy/tenants.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { jsonBody } from './json-body.ts';
import { nameSchema } from './name-schema.ts';
import { pathParameter } from './path-parameter.ts';

const creation = z.strictObject({ name: nameSchema, plan: z.string().check(z.minLength(1), z.maxLength(100)) });
const nothing = z.strictObject({});

/** The `tenants.*` routes. */
export const tenantOperations = (tenants: Tenants): Operations => ({
  'tenants.create': async (request) => {
    const { name, plan } = jsonBody(request, creation);
    return jsonResponse(201, await tenants.create(name, plan, request.remainingMs(), request));
  },
  'tenants.list': async () => jsonResponse(200, { tenants: await tenants.list() }),
  'tenants.show': async (request) => jsonResponse(200, await tenants.show(pathParameter(request, 'tenant'))),
  'tenants.suspend': async (request) => {
    jsonBody(request, nothing);
    return jsonResponse(200, await tenants.suspend(pathParameter(request, 'tenant'), request));
  },
});
