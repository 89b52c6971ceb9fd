import * as z from 'zod/mini';
import type { AuditLog } from '../../core/audit/audit-log.ts';
import { manifestSchema } from '../../core/catalog/manifest.ts';
import type { Registry } from '../../core/catalog/registry.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { jsonBody } from './json-body.ts';
import { pathParameter } from './path-parameter.ts';

const file = z.strictObject({
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits in lower case')),
  sizeBytes: z.int().check(z.minimum(1)),
});
const push = z.strictObject({ manifest: manifestSchema, files: z.record(z.string(), file) });
const nothing = z.strictObject({});

/** The `models.*` routes. */
export const modelOperations = (registry: Registry, audit: AuditLog): Operations => ({
  'models.push': async (request) => {
    const { manifest, files } = jsonBody(request, push);
    await audit.record(request, { action: 'model.push', subject: `model ${manifest.name}`, after: { files } });
    const { pushed, isNew } = await registry.push(manifest, files);
    return jsonResponse(isNew ? 201 : 200, pushed);
  },
  'models.list': async () => jsonResponse(200, { models: await registry.list() }),
  'models.show': async (request) => jsonResponse(200, await registry.show(pathParameter(request, 'model'))),
  'models.validate': async (request) => {
    jsonBody(request, nothing);
    const model = pathParameter(request, 'model');
    const version = pathParameter(request, 'version');
    // A version that passes is made live.
    await audit.record(request, { action: 'model.validate', subject: `model ${model}`, after: { version } });
    return jsonResponse(200, await registry.validate(model, version, request.remainingMs));
  },
});
