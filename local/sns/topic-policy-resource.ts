import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { policyDocument } from '../iam/policy-document.ts';
import type { SnsState } from './sns-state.ts';

const properties = z.strictObject({ Topics: z.array(z.string()).min(1), PolicyDocument: policyDocument('resource') });

/**
 * `AWS::SNS::TopicPolicy`: the policy of the topics with these ARNs, in place of any other.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topicpolicy.html
 */
export const topicPolicyResource = ({ topics }: SnsState): ResourceType<typeof properties> => ({
  type: 'AWS::SNS::TopicPolicy',
  properties,
  noLocalEffect: {},
  create: async ({ properties: { Topics, PolicyDocument }, physicalId }) => {
    for (const arn of Topics) topics.putPolicy(arn, PolicyDocument);
    return { ref: physicalId, attributes: { Id: physicalId } };
  },
});
