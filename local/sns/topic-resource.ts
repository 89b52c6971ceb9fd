import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { SnsState } from './sns-state.ts';

const standardOnly = { error: 'FIFO topics are not part of the local cloud: use a standard topic' };

const properties = z.strictObject({
  TopicName: z
    .string()
    .regex(/^[\w-]{1,256}$/, 'not a name that SNS gives to a standard topic')
    .optional(),
  FifoTopic: z.literal(false, standardOnly).optional(),
  KmsMasterKeyId: z.string().optional(),
});

/** AWS's own key for SNS: it has no policy to be asked. */
const managedKey = /^(arn:aws:kms:[\w-]+:\d{12}:)?alias\/aws\/sns$/;

/**
 * `AWS::SNS::Topic`: `Ref` is its ARN.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
 */
export const topicResource = ({ topics, keys }: SnsState): ResourceType<typeof properties> => ({
  type: 'AWS::SNS::Topic',
  properties,
  noLocalEffect: {
    ArchivePolicy: 'for FIFO topics',
    ContentBasedDeduplication: 'for FIFO topics',
    FifoThroughputScope: 'for FIFO topics',
    DeliveryStatusLogging: 'what is not delivered is told to the log of the cloud',
    DisplayName: 'the name that mail comes from, and none is sent',
    SignatureVersion: 'messages are not signed here',
    Tags: 'for people and for bills; no policy here may refer to tags',
    TracingConfig: 'there is no X-Ray here',
  },
  create: async ({ properties: { TopicName, KmsMasterKeyId }, physicalId, region, account }) => {
    const name = TopicName ?? physicalId;
    const arn = `arn:aws:sns:${region}:${account}:${name}`;
    const own = KmsMasterKeyId !== undefined && !managedKey.test(KmsMasterKeyId);
    topics.put({ name, arn, keyArn: own ? keys.arnOf(KmsMasterKeyId) : undefined });
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
});
