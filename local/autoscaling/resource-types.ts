import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { unaffectingResource } from '../cloudformation/unaffecting-resource.ts';
import { uuidOf } from '../cloudformation/uuid-of.ts';

const reason = 'there is one machine, which is neither scaled out nor in';

const scalable = { ResourceId: z.string(), ScalableDimension: z.string(), ServiceNamespace: z.string() };

/**
 * `AWS::ApplicationAutoScaling::ScalableTarget` and `ScalingPolicy`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-applicationautoscaling-scalabletarget.html#aws-resource-applicationautoscaling-scalabletarget-return-values
 */
export const autoscalingResourceTypes: readonly ResourceType[] = [
  unaffectingResource({
    type: 'AWS::ApplicationAutoScaling::ScalableTarget',
    reason,
    named: z.strictObject(scalable),
    properties: ['MaxCapacity', 'MinCapacity', 'RoleARN', 'ScheduledActions', 'SuspendedState', 'Tags'],
    created: ({ properties: { ResourceId, ScalableDimension, ServiceNamespace } }) => {
      const id = `${ResourceId}|${ScalableDimension}|${ServiceNamespace}`;
      return { ref: id, attributes: { Id: id } };
    },
  }),
  unaffectingResource({
    type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
    reason,
    named: z
      .strictObject({ PolicyName: z.string(), ScalingTargetId: z.string(), ...scalable })
      .partial({ ScalingTargetId: true, ResourceId: true, ScalableDimension: true, ServiceNamespace: true }),
    properties: [
      'PolicyType',
      'PredictiveScalingPolicyConfiguration',
      'StepScalingPolicyConfiguration',
      'TargetTrackingScalingPolicyConfiguration',
    ],
    created: ({ properties, physicalId, region, account }) => {
      const { PolicyName, ScalingTargetId = '', ResourceId, ServiceNamespace } = properties;
      const [resource = '', , namespace = ''] = ScalingTargetId.split('|');
      const id = uuidOf(physicalId);
      const scaled = `${ServiceNamespace ?? namespace}/${ResourceId ?? resource}`;
      const arn = `arn:aws:autoscaling:${region}:${account}:scalingPolicy:${id}:resource/${scaled}:policyName/${PolicyName}`;
      return { ref: arn, attributes: { Arn: arn } };
    },
  }),
];
