import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { policyDocument } from '../../iam/policy-document.ts';
import type { Queues } from '../queue/queues.ts';

const properties = z.strictObject({ Queues: z.array(z.string()).min(1), PolicyDocument: policyDocument('resource') });

/**
 * `AWS::SQS::QueuePolicy`: the policy of the queues with these URLs, in place of any other.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html
 */
export const queuePolicyResource = (queues: Queues): ResourceType<typeof properties> => ({
  type: 'AWS::SQS::QueuePolicy',
  properties,
  noLocalEffect: {},
  create: async ({ properties: { Queues: urls, PolicyDocument }, physicalId }) => {
    for (const url of urls) queues.putPolicy(url, PolicyDocument);
    return { ref: physicalId, attributes: { Id: physicalId } };
  },
});
