import * as z from 'zod';
import { controlError } from './control-error.ts';
import { knownKey } from './known-key.ts';
import { knownPlan } from './known-plan.ts';
import type { Operation } from './operation.ts';
import { parseBody } from './parse-body.ts';
import { renderUsagePlanKey } from './render-usage-plan-key.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const plansPerKeyMax = 10;

const body = z.object({ keyId: z.string(), keyType: z.literal('API_KEY') });

/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateUsagePlanKey.html */
export const createUsagePlanKey: Operation = {
  name: 'CreateUsagePlanKey',
  method: 'POST',
  path: '/usageplans/{usagePlanId}/keys',
  run(request, state) {
    const plan = knownPlan(state, request.path['usagePlanId']);
    const key = knownKey(state, parseBody(request.body, body).keyId);
    const others = [...state.keys.plansOf(key.id)];
    if (others.includes(plan.id)) throw controlError.conflict(`The API key is already in the usage plan ${plan.id}`);
    if (others.length >= plansPerKeyMax)
      throw controlError.limitExceeded(`A key can be in ${plansPerKeyMax} usage plans at most`);
    // A key can open each API stage by one plan only, else nobody could say which one counts.
    const opened = others.flatMap((id) => state.plans.get(id)?.stages ?? []);
    if (
      plan.stages.some(({ apiId, stage }) => opened.some((other) => other.apiId === apiId && other.stage === stage))
    ) {
      throw controlError.conflict(
        `The API key is already in a usage plan with an API stage of the usage plan ${plan.id}`,
      );
    }
    state.keys.addToPlan(plan.id, key.id);
    return { status: 201, body: renderUsagePlanKey(key) };
  },
};
