import { keyInPlan } from './key-in-plan.ts';
import type { Operation } from './operation.ts';
import { renderUsagePlanKey } from './render-usage-plan-key.ts';

/** https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsagePlanKey.html */
export const getUsagePlanKey: Operation = {
  name: 'GetUsagePlanKey',
  method: 'GET',
  path: '/usageplans/{usagePlanId}/keys/{keyId}',
  run: (request, state) => ({ status: 200, body: renderUsagePlanKey(keyInPlan(request, state).key) }),
};
