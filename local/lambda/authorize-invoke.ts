import { AwsError } from '../endpoint/aws-call.ts';
import type { Principal } from '../iam/principal.ts';
import type { Functions } from './functions.ts';

/**
 * Lets pass who may invoke a function, by its own policies or the function's.
 * @throws AwsError `AccessDeniedException`
 */
export function authorizeInvoke(functions: Functions, principal: Principal, arn: string): void {
  const { allowed, reason } = functions.allows(principal, arn);
  if (allowed) return;
  const what = `not authorized to perform: lambda:InvokeFunction on resource: ${arn} ${reason}`;
  throw new AwsError('AccessDeniedException', 403, `User: ${principal.arn} is ${what}`);
}
