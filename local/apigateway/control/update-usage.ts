import * as z from 'zod';
import { quotaDay } from '../usage/quota-day.ts';
import { controlError } from './control-error.ts';
import { keyInPlan } from './key-in-plan.ts';
import type { Operation } from './operation.ts';
import { parseBody } from './parse-body.ts';

const body = z.object({
  patchOperations: z
    .array(z.object({ op: z.string(), path: z.string(), value: z.string().optional() }))
    .min(1)
    .max(1),
});

/**
 * Sets what a key may still call in the running period of its plan, be it more or less than the plan itself leaves; the next period is the
 * plan's again.
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateUsage.html and, for that it may be less,
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-usage-plan-manage-usage.html
 */
export const updateUsage: Operation = {
  name: 'UpdateUsage',
  method: 'PATCH',
  path: '/usageplans/{usagePlanId}/keys/{keyId}/usage',
  run(request, state) {
    const { plan, key } = keyInPlan(request, state);
    for (const { op, path, value = '' } of parseBody(request.body, body).patchOperations) {
      if (op !== 'replace' || path !== '/remaining' || !/^\d{1,15}$/.test(value)) {
        throw controlError.badRequest(
          `Invalid patch operation ${op} ${path}: only replace /remaining by a whole number`,
        );
      }
      if (plan.quota === undefined) throw controlError.badRequest(`The usage plan ${plan.id} has no quota`);
      state.plans.grant(plan.id, key.id, Number(value));
    }
    const day = quotaDay(state.now());
    const used = state.usage.sum(plan.id, key.id, day, day);
    const remaining = state.plans.remaining(plan, key.id, state.now());
    return {
      status: 200,
      body: { usagePlanId: plan.id, startDate: day, endDate: day, values: { [key.id]: [[used, remaining]] } },
    };
  },
};
