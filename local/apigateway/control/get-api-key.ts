import { knownKey } from './known-key.ts';
import type { Operation } from './operation.ts';
import { renderApiKey } from './render-api-key.ts';

/** https://docs.aws.amazon.com/apigateway/latest/api/API_GetApiKey.html */
export const getApiKey: Operation = {
  name: 'GetApiKey',
  method: 'GET',
  path: '/apikeys/{apiKey}',
  run: ({ path, query }, state) => ({
    status: 200,
    body: renderApiKey(knownKey(state, path['apiKey']), query.get('includeValue') === 'true'),
  }),
};
