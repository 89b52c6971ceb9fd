import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { SnsState } from './sns-state.ts';

const properties = z.strictObject({
  TopicArn: z.string(),
  Protocol: z.enum(['email', 'sqs'], { error: 'only email and sqs are part of the local cloud' }),
  Endpoint: z.string().min(1),
  RawMessageDelivery: z.boolean().default(false),
});

/**
 * `AWS::SNS::Subscription`: `Ref` is its ARN.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-subscription.html
 */
export const subscriptionResource = ({ topics }: SnsState): ResourceType<typeof properties> => ({
  type: 'AWS::SNS::Subscription',
  properties,
  noLocalEffect: { Region: 'topic and subscriber are in the one region that there is' },
  create: async ({ properties: { TopicArn, Protocol, Endpoint, RawMessageDelivery }, physicalId }) => {
    if (topics.get(TopicArn) === undefined) throw new Error(`the topic ${TopicArn} does not exist`);
    topics.subscribe(TopicArn, physicalId, { protocol: Protocol, endpoint: Endpoint, raw: RawMessageDelivery });
    const arn = `${TopicArn}:${physicalId}`;
    return { ref: arn, attributes: { Arn: arn } };
  },
});
