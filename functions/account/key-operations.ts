import * as z from 'zod/mini';
import type { Keys } from '../../core/tenancy/keys.ts';
import { jsonBody } from '../control/json-body.ts';
import { pathParameter } from '../control/path-parameter.ts';
import type { Operations } from '../dispatch.ts';
import { jsonResponse } from '../json-response.ts';
import { keyCreation, keyRotation } from '../key-bodies.ts';
import { rotationToken } from '../rotation-token.ts';
import { tenantCaller } from './tenant-caller.ts';

const nothing = z.strictObject({});
const leak = z.strictObject({ apiKey: z.string().check(z.maxLength(200)) });

/** The routes by which a tenant manages its own keys, and the one by which anybody hands in a key that leaked. */
export const keyOperations = (keys: Keys): Operations => ({
  'account.keys': async (request) => jsonResponse(200, { keys: await keys.list(tenantCaller(request).tenant) }),
  'account.create-key': async (request) => {
    const wish = jsonBody(request, keyCreation);
    return jsonResponse(201, await keys.create(tenantCaller(request).tenant, wish, request));
  },
  'account.revoke-key': async (request) => {
    jsonBody(request, nothing);
    const keyId = pathParameter(request, 'keyId');
    return jsonResponse(200, await keys.revoke(tenantCaller(request).tenant, keyId, request));
  },
  'account.rotate-key': async (request) => {
    const rotation = { ...jsonBody(request, keyRotation), token: rotationToken(request) };
    const keyId = pathParameter(request, 'keyId');
    return jsonResponse(201, await keys.rotate(tenantCaller(request).tenant, keyId, rotation, request));
  },
  'account.revoke-leaked-key': async (request) => {
    await keys.revokeLeaked(jsonBody(request, leak).apiKey, request);
    // The same for every key: whether this one was ours, and worked until now, is not for the finder to know.
    return jsonResponse(200, { message: 'If this key worked, it stops working within 60 seconds.' });
  },
});
