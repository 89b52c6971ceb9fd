import { knownKey } from './known-key.ts';
import type { Operation } from './operation.ts';

/** https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteApiKey.html */
export const deleteApiKey: Operation = {
  name: 'DeleteApiKey',
  method: 'DELETE',
  path: '/apikeys/{apiKey}',
  run({ path }, state) {
    state.keys.delete(knownKey(state, path['apiKey']));
    return { status: 202 };
  },
};
