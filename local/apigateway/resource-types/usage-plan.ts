import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { identifier } from '../definition/identifier.ts';
import type { ThrottleLimits } from '../usage/usage-plan.ts';
import { reasons } from './common-reasons.ts';
import type { ResourceTypeState } from './resource-type-state.ts';

const throttle = z.strictObject({ BurstLimit: z.int().min(0).optional(), RateLimit: z.number().min(0).optional() });

const properties = z.strictObject({
  ApiStages: z
    .array(
      z.strictObject({ ApiId: z.string(), Stage: z.string(), Throttle: z.record(z.string(), throttle).default({}) }),
    )
    .default([]),
  Description: z.string().optional(),
  // Offset is left out on purpose: what AWS subtracts by it, and when, is told differently by everybody.
  Quota: z.strictObject({ Limit: z.int().min(1), Period: z.enum(['DAY', 'WEEK', 'MONTH']) }).optional(),
  Throttle: throttle.optional(),
  UsagePlanName: z.string().optional(),
});

const limits = ({ RateLimit, BurstLimit }: z.infer<typeof throttle>): ThrottleLimits => ({
  rate: RateLimit,
  burst: BurstLimit,
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-usageplan.html */
export const usagePlanType = ({ plans, registry }: ResourceTypeState): ResourceType<typeof properties> => ({
  type: 'AWS::ApiGateway::UsagePlan',
  properties,
  noLocalEffect: { Tags: reasons.tags },
  async create({ physicalId, properties: { ApiStages, Description, Quota, Throttle, UsagePlanName } }) {
    const id = identifier(physicalId, 6);
    for (const { ApiId, Stage } of ApiStages) {
      if (registry.stage(ApiId, Stage) === undefined) throw new Error(`the REST API ${ApiId} has no stage ${Stage}`);
    }
    plans.add({
      id,
      name: UsagePlanName,
      description: Description,
      throttle: Throttle && limits(Throttle),
      quota: Quota && { limit: Quota.Limit, period: Quota.Period },
      stages: ApiStages.map(({ ApiId, Stage, Throttle: methods }) => ({
        apiId: ApiId,
        stage: Stage,
        methods: new Map(Object.entries(methods).map(([method, values]) => [method, limits(values)])),
      })),
    });
    return { ref: id, attributes: { Id: id } };
  },
});
