import { knownPlan } from './known-plan.ts';
import type { Operation } from './operation.ts';
import { renderUsagePlan } from './render-usage-plan.ts';

/** https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsagePlan.html */
export const getUsagePlan: Operation = {
  name: 'GetUsagePlan',
  method: 'GET',
  path: '/usageplans/{usagePlanId}',
  run: ({ path }, state) => ({ status: 200, body: renderUsagePlan(knownPlan(state, path['usagePlanId'])) }),
};
