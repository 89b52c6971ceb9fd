import { compilePolicy } from '../iam/compile-policy.ts';
import type { PolicyDocument, PolicyStatement } from '../iam/principal.ts';

/** One `AWS::Lambda::Permission`. */
export interface Permission {
  readonly id: string;
  readonly action: string;
  /** A service, an account or an ARN. */
  readonly principal: string;
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
}

/**
 * A function's resource policy out of its permissions.
 * @throws PolicyError for a permission that cannot be honoured
 * @see https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function functionPolicy(functionArn: string, permissions: readonly Permission[]): PolicyDocument {
  const policy = {
    Version: '2012-10-17',
    Statement: permissions.map((permission) => statement(functionArn, permission)),
  };
  compilePolicy(policy, 'resource');
  return policy;
}

function statement(
  functionArn: string,
  { id, action, principal, sourceArn, sourceAccount }: Permission,
): PolicyStatement {
  return {
    Sid: id,
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : { [principal.endsWith('.amazonaws.com') ? 'Service' : 'AWS']: principal },
    Action: action,
    Resource: functionArn,
    Condition: {
      ...(sourceArn !== undefined && { ArnLike: { 'aws:SourceArn': sourceArn } }),
      ...(sourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': sourceAccount } }),
    },
  };
}
