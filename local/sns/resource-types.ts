import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { unaffectingResource } from '../cloudformation/unaffecting-resource.ts';

const reason = 'a message without a subscriber goes nowhere, and subscriptions are errors here';

/**
 * `AWS::SNS::Topic`, whose `Ref` is its ARN, and `AWS::SNS::TopicPolicy`. `Subscription` is an error: somebody would wait for messages.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
 */
export const snsResourceTypes: readonly ResourceType[] = [
  unaffectingResource({
    type: 'AWS::SNS::Topic',
    reason,
    named: z.strictObject({ TopicName: z.string().optional() }),
    properties: [
      'ArchivePolicy',
      'ContentBasedDeduplication',
      'DataProtectionPolicy',
      'DeliveryStatusLogging',
      'DisplayName',
      'FifoThroughputScope',
      'FifoTopic',
      'KmsMasterKeyId',
      'MaximumMessageSize',
      'SignatureVersion',
      'Tags',
      'TracingConfig',
    ],
    created: ({ properties: { TopicName }, physicalId, region, account }) => {
      const name = TopicName ?? physicalId;
      const arn = `arn:aws:sns:${region}:${account}:${name}`;
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
  }),
  unaffectingResource({
    type: 'AWS::SNS::TopicPolicy',
    reason,
    named: z.strictObject({}),
    properties: ['PolicyDocument', 'Topics'],
    created: ({ physicalId }) => ({ ref: physicalId, attributes: { Id: physicalId } }),
  }),
];
