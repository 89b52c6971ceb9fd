import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { policyDocument } from '../../iam/policy-document.ts';
import type { Buckets } from '../buckets.ts';

const properties = z.strictObject({ Bucket: z.string(), PolicyDocument: policyDocument('resource') });

/** `AWS::S3::BucketPolicy`: `Ref` is the bucket's name. */
export const bucketPolicyResource = (buckets: Buckets): ResourceType<typeof properties> => ({
  type: 'AWS::S3::BucketPolicy',
  properties,
  noLocalEffect: {},
  create: async ({ properties: { Bucket, PolicyDocument } }) => {
    buckets.putPolicy(Bucket, PolicyDocument);
    return { ref: Bucket, attributes: {} };
  },
});
