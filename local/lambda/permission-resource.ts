import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { Functions } from './functions.ts';

const properties = z.strictObject({
  Action: z.enum(['lambda:InvokeFunction', 'lambda:*']),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

/** Random on AWS. */
const idSuffixLength = 12;

/** `AWS::Lambda::Permission`: a statement of the function's own policy. */
export const permissionResource = (functions: Functions): ResourceType<typeof properties> => ({
  type: 'AWS::Lambda::Permission',
  properties,
  noLocalEffect: {},
  create: async ({ properties: declared, physicalId, stack, logicalId }) => {
    functions.permit(declared.FunctionName, {
      // In full, as CloudFormation names a statement: the policy's size counts it.
      id: `${stack}-${logicalId}-${physicalId.slice(-idSuffixLength)}`,
      action: declared.Action,
      principal: declared.Principal,
      sourceArn: declared.SourceArn,
      sourceAccount: declared.SourceAccount,
    });
    return { ref: physicalId, attributes: { Id: physicalId } };
  },
});
