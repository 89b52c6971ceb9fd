import type { ApiKey } from '../store/api-key.ts';

/** A key of a plan on the wire, without its secret: https://docs.aws.amazon.com/apigateway/latest/api/API_UsagePlanKey.html */
export const renderUsagePlanKey = ({ id, name }: ApiKey): Readonly<Record<string, unknown>> => ({
  id,
  type: 'API_KEY',
  name,
});
