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

/** https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html: of a statement's id, whose last twelve are random on AWS. */
const idLengthMax = 100;
const suffixLength = 12;

/** `AWS::Lambda::Permission`: a statement of the function's own policy. */
export const permissionResource = (functions: Functions): ResourceType<typeof properties> => ({
  type: 'AWS::Lambda::Permission',
  properties,
  noLocalEffect: {},
  create: async ({ properties: declared, physicalId, stack, logicalId }) => {
    const name = `${stack}-${logicalId}`.slice(0, idLengthMax - suffixLength - 1);
    functions.permit(declared.FunctionName, {
      // As long as CloudFormation makes it: the policy's size counts it.
      id: `${name}-${physicalId.slice(-suffixLength)}`,
      action: declared.Action,
      principal: declared.Principal,
      sourceArn: declared.SourceArn,
      sourceAccount: declared.SourceAccount,
    });
    return { ref: physicalId, attributes: { Id: physicalId } };
  },
});
