import { AwsError } from '../endpoint/aws-call.ts';
import type { AccessRequest } from './access-request.ts';
import { evaluate } from './evaluate.ts';

/**
 * Lets an allowed request pass.
 *
 * @param spelling code and HTTP status of the refusal, where the service has its own: `AccessDeniedException` with 400 at DynamoDB,
 * with 403 at Lambda and API Gateway
 * @throws AwsError with AWS's wording: who may not do what to what, and which kind of policy is to be changed
 */
export const authorize = (
  request: AccessRequest,
  spelling: { readonly code: string; readonly status: number } = { code: 'AccessDenied', status: 403 },
): void => {
  const { allowed, reason } = evaluate(request);
  if (!allowed) {
    const { principal, action, resource } = request;
    throw new AwsError(
      spelling.code,
      spelling.status,
      `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
    );
  }
};
