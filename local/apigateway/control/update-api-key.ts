import * as z from 'zod';
import type { ApiKey } from '../store/api-key.ts';
import { controlError } from './control-error.ts';
import { knownKey } from './known-key.ts';
import type { Operation } from './operation.ts';
import { parseBody } from './parse-body.ts';
import { renderApiKey } from './render-api-key.ts';

const body = z.object({
  patchOperations: z.array(z.object({ op: z.string(), path: z.string(), value: z.string().optional() })).default([]),
});

/** https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateApiKey-Patch */
const patches: Readonly<Record<string, (value: string) => Partial<ApiKey>>> = {
  '/name': (name) => ({ name }),
  '/description': (description) => ({ description }),
  '/customerId': (customerId) => ({ customerId }),
  '/enabled': (value) => {
    if (value !== 'true' && value !== 'false') throw controlError.badRequest('/enabled must be true or false');
    return { enabled: value === 'true' };
  },
};

/** https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateApiKey.html */
export const updateApiKey: Operation = {
  name: 'UpdateApiKey',
  method: 'PATCH',
  path: '/apikeys/{apiKey}',
  run(request, state) {
    let key = knownKey(state, request.path['apiKey']);
    for (const { op, path, value } of parseBody(request.body, body).patchOperations) {
      const patch = Object.hasOwn(patches, path) ? patches[path] : undefined;
      if (op !== 'replace' || patch === undefined || value === undefined) {
        const known = Object.keys(patches).join(', ');
        throw controlError.badRequest(`Invalid patch operation ${op} ${path}: only replace, with a value, of ${known}`);
      }
      key = { ...key, ...patch(value) };
    }
    key = { ...key, updatedMs: state.now() };
    state.keys.put(key);
    return { status: 200, body: renderApiKey(key, false) };
  },
};
