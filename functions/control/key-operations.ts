import * as z from 'zod/mini';
import type { Keys } from '../../core/tenancy/keys.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { jsonBody } from './json-body.ts';
import { nameSchema } from './name-schema.ts';
import { pathParameter } from './path-parameter.ts';

const daySeconds = 86_400;

const creation = z.strictObject({ name: z._default(nameSchema, 'default') });
const rotation = z.strictObject({
  /** How long the old key still works: none, up to a week. */
  overlapSeconds: z._default(z.int().check(z.minimum(0), z.maximum(7 * daySeconds)), daySeconds),
});
const nothing = z.strictObject({});

/** The `keys.*` routes. */
export const keyOperations = (keys: Keys): Operations => ({
  'keys.create': async (request) => {
    const { name } = jsonBody(request, creation);
    return jsonResponse(201, await keys.create(pathParameter(request, 'tenant'), name));
  },
  'keys.list': async (request) => jsonResponse(200, { keys: await keys.list(pathParameter(request, 'tenant')) }),
  'keys.revoke': async (request) => {
    jsonBody(request, nothing);
    return jsonResponse(200, await keys.revoke(pathParameter(request, 'tenant'), pathParameter(request, 'keyId')));
  },
  'keys.rotate': async (request) => {
    const { overlapSeconds } = jsonBody(request, rotation);
    const rotated = await keys.rotate(
      pathParameter(request, 'tenant'),
      pathParameter(request, 'keyId'),
      overlapSeconds,
    );
    return jsonResponse(201, rotated);
  },
});
