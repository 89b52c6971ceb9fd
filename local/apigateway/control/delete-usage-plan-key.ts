import { keyInPlan } from './key-in-plan.ts';
import type { Operation } from './operation.ts';

/** https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteUsagePlanKey.html */
export const deleteUsagePlanKey: Operation = {
  name: 'DeleteUsagePlanKey',
  method: 'DELETE',
  path: '/usageplans/{usagePlanId}/keys/{keyId}',
  run(request, state) {
    const { plan, key } = keyInPlan(request, state);
    state.keys.removeFromPlan(plan.id, key.id);
    return { status: 202 };
  },
};
