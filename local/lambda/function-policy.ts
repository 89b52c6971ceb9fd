import { AwsError } from '../endpoint/aws-call.ts';
import { compilePolicy } from '../iam/compile-policy.ts';
import type { PolicyDocument, PolicyStatement } from '../iam/principal.ts';
import { limits } from './limits.ts';

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
 * @throws AwsError `PolicyLengthExceededException` (400), when they are too many
 * @see https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function functionPolicy(functionArn: string, permissions: readonly Permission[]): PolicyDocument {
  const policy = {
    Version: '2012-10-17',
    Id: 'default',
    Statement: permissions.map((permission) => statement(functionArn, permission)),
  };
  compilePolicy(policy, 'resource');
  const sizeBytes = Buffer.byteLength(JSON.stringify(policy));
  if (sizeBytes > limits.policyBytesMax) {
    const message = `The final policy size (${sizeBytes}) is bigger than the limit (${limits.policyBytesMax}).`;
    throw new AwsError('PolicyLengthExceededException', 400, message);
  }
  return policy;
}

function statement(
  functionArn: string,
  { id, action, principal, sourceArn, sourceAccount }: Permission,
): PolicyStatement {
  const Condition = {
    ...(sourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': sourceAccount } }),
    ...(sourceArn !== undefined && { ArnLike: { 'aws:SourceArn': sourceArn } }),
  };
  return {
    Sid: id,
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : { [principal.endsWith('.amazonaws.com') ? 'Service' : 'AWS']: principal },
    Action: action,
    Resource: functionArn,
    ...(Object.keys(Condition).length > 0 && { Condition }),
  };
}
