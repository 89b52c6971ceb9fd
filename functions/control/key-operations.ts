import * as z from 'zod/mini';
import type { Keys } from '../../core/tenancy/keys.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { keyCreation, keyRotation } from '../key-bodies.ts';
import { rotationToken } from '../rotation-token.ts';
import { jsonBody } from './json-body.ts';
import { pathParameter } from './path-parameter.ts';

const nothing = z.strictObject({});

/** The `keys.*` routes. */
export const keyOperations = (keys: Keys): Operations => ({
  'keys.create': async (request) => {
    const wish = jsonBody(request, keyCreation);
    return jsonResponse(201, await keys.create(pathParameter(request, 'tenant'), wish, request));
  },
  'keys.list': async (request) => jsonResponse(200, { keys: await keys.list(pathParameter(request, 'tenant')) }),
  'keys.revoke': async (request) => {
    jsonBody(request, nothing);
    const [tenant, keyId] = [pathParameter(request, 'tenant'), pathParameter(request, 'keyId')];
    return jsonResponse(200, await keys.revoke(tenant, keyId, request));
  },
  'keys.rotate': async (request) => {
    const rotation = { ...jsonBody(request, keyRotation), token: rotationToken(request) };
    const [tenant, keyId] = [pathParameter(request, 'tenant'), pathParameter(request, 'keyId')];
    return jsonResponse(201, await keys.rotate(tenant, keyId, rotation, request));
  },
});
