import { quotaDay } from '../usage/quota-day.ts';
import type { UsagePlan } from '../usage/usage-plan.ts';
import { controlError } from './control-error.ts';
import { knownPlan } from './known-plan.ts';
import type { ControlState, Operation } from './operation.ts';

const dayMs = 86_400_000;
/** https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsage.html keeps 90 days. */
const daysMax = 90;

/** Each key's days as `[used, remaining]`. Here the counters are exact and at once; AWS's lag behind by half an hour and more. */
export const getUsage: Operation = {
  name: 'GetUsage',
  method: 'GET',
  path: '/usageplans/{usagePlanId}/usage',
  run({ path, query }, state) {
    const plan = knownPlan(state, path['usagePlanId']);
    const [startDate, endDate] = [date(query, 'startDate'), date(query, 'endDate')];
    const days = (Date.parse(endDate) - Date.parse(startDate)) / dayMs + 1;
    if (days < 1 || days > daysMax)
      throw controlError.badRequest(`startDate and endDate must span 1 to ${daysMax} days`);
    const asked = query.get('keyId');
    const keyIds = new Set(state.usage.days(plan.id, startDate, endDate).map(({ keyId }) => keyId));
    const values = [...keyIds]
      .filter((keyId) => asked === null || keyId === asked)
      .map((keyId) => [keyId, usageOf(state, plan, keyId, startDate, days)] as const);
    return { status: 200, body: { usagePlanId: plan.id, startDate, endDate, values: Object.fromEntries(values) } };
  },
};

function date(query: URLSearchParams, name: string): string {
  const value = query.get(name) ?? '';
  if (/^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))) return value;
  throw controlError.badRequest(`${name} must be a day as yyyy-mm-dd`);
}

function usageOf(
  { usage, plans }: ControlState,
  plan: UsagePlan,
  keyId: string,
  start: string,
  days: number,
): [number, number][] {
  return Array.from({ length: days }, (_, index) => {
    const ms = Date.parse(start) + index * dayMs;
    const day = quotaDay(ms);
    return [usage.sum(plan.id, keyId, day, day), plans.remaining(plan, keyId, ms)];
  });
}
