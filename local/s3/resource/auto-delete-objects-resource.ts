import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';

const properties = z.strictObject({});
const reason = 'the resource acts when its stack is deleted, and local stacks are not';

/** `Custom::S3AutoDeleteObjects`, with which the CDK empties a bucket before it is deleted. */
export const autoDeleteObjectsResource: ResourceType<typeof properties> = {
  type: 'Custom::S3AutoDeleteObjects',
  properties,
  noLocalEffect: { ServiceToken: reason, BucketName: reason },
  create: async ({ physicalId }) => ({ ref: physicalId, attributes: {} }),
};
