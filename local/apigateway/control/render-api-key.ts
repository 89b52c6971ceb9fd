import type { ApiKey } from '../store/api-key.ts';

/**
 * A key on the wire: https://docs.aws.amazon.com/apigateway/latest/api/API_ApiKey.html
 * @param includeValue whether the secret is shown
 */
export const renderApiKey = (key: ApiKey, includeValue: boolean): Readonly<Record<string, unknown>> => ({
  id: key.id,
  ...(includeValue && { value: key.value }),
  name: key.name,
  description: key.description,
  customerId: key.customerId,
  enabled: key.enabled,
  createdDate: Math.floor(key.createdMs / 1000),
  lastUpdatedDate: Math.floor(key.updatedMs / 1000),
  stageKeys: [],
  ...(Object.keys(key.tags).length > 0 && { tags: key.tags }),
});
