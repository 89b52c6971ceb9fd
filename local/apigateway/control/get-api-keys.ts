import type { Operation } from './operation.ts';
import { page } from './page.ts';
import { renderApiKey } from './render-api-key.ts';

/** https://docs.aws.amazon.com/apigateway/latest/api/API_GetApiKeys.html */
export const getApiKeys: Operation = {
  name: 'GetApiKeys',
  method: 'GET',
  path: '/apikeys',
  run({ query }, { keys }) {
    const name = query.get('name') ?? '';
    const customerId = query.get('customerId');
    const wanted = keys
      .list()
      .filter((key) => (key.name ?? '').startsWith(name) && (customerId === null || key.customerId === customerId));
    const { items, position } = page(wanted, query);
    const includeValues = query.get('includeValues') === 'true';
    return { status: 200, body: { item: items.map((key) => renderApiKey(key, includeValues)), position } };
  },
};
