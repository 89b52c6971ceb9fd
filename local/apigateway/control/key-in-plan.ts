import type { ApiKey } from '../store/api-key.ts';
import type { UsagePlan } from '../usage/usage-plan.ts';
import { controlError } from './control-error.ts';
import { knownPlan } from './known-plan.ts';
import type { ControlState, OperationRequest } from './operation.ts';

/**
 * The plan and key that a path names.
 * @throws AwsError NotFoundException when one is unknown or the key is not in the plan
 */
export function keyInPlan(
  { path }: OperationRequest,
  state: ControlState,
): { readonly plan: UsagePlan; readonly key: ApiKey } {
  const plan = knownPlan(state, path['usagePlanId']);
  const key = state.keys.get(path['keyId'] ?? '');
  if (key === undefined || !state.keys.plansOf(key.id).has(plan.id)) {
    throw controlError.notFound(`Invalid API Key identifier specified for the usage plan ${plan.id}`);
  }
  return { plan, key };
}
