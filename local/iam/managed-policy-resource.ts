import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { policyDocument } from './policy-document.ts';
import type { Roles } from './roles.ts';

const properties = z.strictObject({
  ManagedPolicyName: z
    .string()
    .regex(/^[\w+=,.@-]{1,128}$/)
    .optional(),
  Path: z
    .string()
    .regex(/^\/([\w+=,.@/-]*\/)?$/)
    .optional(),
  PolicyDocument: policyDocument('identity'),
  Roles: z.array(z.string()).optional(),
});

/** `AWS::IAM::ManagedPolicy`, for roles that list its ARN and for those that it lists. `Ref` is its ARN. */
export const managedPolicyResource = (roles: Roles): ResourceType<typeof properties> => ({
  type: 'AWS::IAM::ManagedPolicy',
  properties,
  noLocalEffect: { Description: 'for people' },
  create: async ({ properties: policy, physicalId, account }) => {
    const arn = `arn:aws:iam::${account}:policy${policy.Path ?? '/'}${policy.ManagedPolicyName ?? physicalId}`;
    roles.putManagedPolicy(arn, policy.PolicyDocument);
    for (const role of policy.Roles ?? []) {
      roles.attach(role, arn, policy.PolicyDocument);
    }
    return { ref: arn, attributes: { PolicyArn: arn } };
  },
});
