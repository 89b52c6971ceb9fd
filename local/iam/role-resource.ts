import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { policyDocument } from './policy-document.ts';
import type { Roles } from './roles.ts';
import { uniqueId } from './unique-id.ts';

const properties = z.strictObject({
  RoleName: z
    .string()
    .regex(/^[\w+=,.@-]{1,64}$/)
    .optional(),
  Path: z
    .string()
    .regex(/^\/([\w+=,.@/-]*\/)?$/)
    .optional(),
  AssumeRolePolicyDocument: policyDocument('resource'),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: policyDocument('identity') })).optional(),
  ManagedPolicyArns: z.array(z.string()).optional(),
});

/** `AWS::IAM::Role`: `Ref` is its name. */
export const roleResource = (roles: Roles): ResourceType<typeof properties> => ({
  type: 'AWS::IAM::Role',
  properties,
  noLocalEffect: {
    Description: 'for people',
    MaxSessionDuration:
      'nobody calls sts:AssumeRole here; sessions last as long as the service that assumes the role asks for',
    Tags: 'for people and for bills; no policy here may refer to tags',
  },
  create: async ({ properties: role, physicalId }) => {
    const name = role.RoleName ?? physicalId;
    const arn = roles.put({
      name,
      path: role.Path ?? '/',
      trustPolicy: role.AssumeRolePolicyDocument,
      inlinePolicies: new Map((role.Policies ?? []).map((policy) => [policy.PolicyName, policy.PolicyDocument])),
      managedPolicyArns: role.ManagedPolicyArns ?? [],
    });
    return { ref: name, attributes: { Arn: arn, RoleId: uniqueId('AROA', arn) } };
  },
});
