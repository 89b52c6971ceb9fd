import type { UsagePlan } from '../usage/usage-plan.ts';
import { controlError } from './control-error.ts';
import type { ControlState } from './operation.ts';

/**
 * The usage plan with this id.
 * @throws AwsError NotFoundException
 */
export function knownPlan({ plans }: ControlState, id: string | undefined): UsagePlan {
  const plan = id === undefined ? undefined : plans.get(id);
  if (plan === undefined) throw controlError.notFound('Invalid Usage Plan ID specified');
  return plan;
}
