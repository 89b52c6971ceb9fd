import * as z from 'zod/mini';
import type { TenantLimits } from '../../core/limits/tenant-limits.ts';
import { shardCounts } from '../../core/metering/journal-shards.ts';
import type { Tenants } from '../../core/tenancy/tenants.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { modelList } from '../key-bodies.ts';
import { jsonBody } from './json-body.ts';
import { nameSchema } from './name-schema.ts';
import { pathParameter } from './path-parameter.ts';

const creation = z.strictObject({ name: nameSchema, plan: z.string().check(z.minLength(1), z.maxLength(100)) });
const plan = z.strictObject({ plan: creation.shape.plan });
/** Null stands for all models. */
const models = z.strictObject({ models: z.nullable(modelList) });
const shards = z.strictObject({ count: z.literal(shardCounts) });
const nothing = z.strictObject({});

/** The `tenants.*` routes. */
export const tenantOperations = (tenants: Tenants, limits: Pick<TenantLimits, 'recount'>): Operations => ({
  'tenants.create': async (request) => {
    const { name, plan } = jsonBody(request, creation);
    const created = await tenants.create(name, plan, request.remainingMs(), request);
    // So that no request has to look through the hours of the month before the tenant was there. Should it fail, one does.
    await limits.recount(created, request.remainingMs).catch(() => undefined);
    return jsonResponse(201, created);
  },
  'tenants.list': async () => jsonResponse(200, { tenants: await tenants.list() }),
  'tenants.show': async (request) => jsonResponse(200, await tenants.show(pathParameter(request, 'tenant'))),
  'tenants.suspend': async (request) => {
    jsonBody(request, nothing);
    return jsonResponse(200, await tenants.suspend(pathParameter(request, 'tenant'), request));
  },
  'tenants.resume': async (request) => {
    jsonBody(request, nothing);
    return jsonResponse(200, await tenants.resume(pathParameter(request, 'tenant'), request));
  },
  'tenants.plan': async (request) => {
    const wished = jsonBody(request, plan).plan;
    const changed = await tenants.changePlan(pathParameter(request, 'tenant'), wished, request);
    // Under a plan without monthly quotas nobody has counted.
    await limits.recount(changed, request.remainingMs);
    return jsonResponse(200, changed);
  },
  'tenants.models': async (request) => {
    const wished = jsonBody(request, models).models ?? undefined;
    return jsonResponse(200, await tenants.allowModels(pathParameter(request, 'tenant'), wished, request));
  },
  'tenants.shards': async (request) => {
    const { count } = jsonBody(request, shards);
    return jsonResponse(200, await tenants.changeShards(pathParameter(request, 'tenant'), count, request));
  },
});
