import type { ThrottleLimits, UsagePlan } from '../usage/usage-plan.ts';

const limits = ({ rate, burst }: ThrottleLimits): Readonly<Record<string, unknown>> => ({
  rateLimit: rate,
  burstLimit: burst,
});

/** A plan on the wire: https://docs.aws.amazon.com/apigateway/latest/api/API_UsagePlan.html */
export const renderUsagePlan = (plan: UsagePlan): Readonly<Record<string, unknown>> => ({
  id: plan.id,
  name: plan.name,
  description: plan.description,
  throttle: plan.throttle && limits(plan.throttle),
  quota: plan.quota && { ...plan.quota, offset: 0 },
  apiStages: plan.stages.map(({ apiId, stage, methods }) => ({
    apiId,
    stage,
    ...(methods.size > 0 && {
      throttle: Object.fromEntries([...methods].map(([method, values]) => [method, limits(values)])),
    }),
  })),
});
