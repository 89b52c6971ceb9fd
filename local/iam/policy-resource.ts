import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { policyDocument } from './policy-document.ts';
import type { Roles } from './roles.ts';

const properties = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: policyDocument('identity'),
  Roles: z.array(z.string()).min(1),
});

/** `AWS::IAM::Policy`, an inline policy of one or more roles. Users and groups do not exist here. */
export const policyResource = (roles: Roles): ResourceType<typeof properties> => ({
  type: 'AWS::IAM::Policy',
  properties,
  noLocalEffect: {},
  create: async ({ properties: policy, physicalId }) => {
    for (const role of policy.Roles) {
      roles.attach(role, policy.PolicyName, policy.PolicyDocument);
    }
    return { ref: physicalId, attributes: { Id: physicalId } };
  },
});
