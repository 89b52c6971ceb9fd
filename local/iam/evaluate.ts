import type { AccessRequest } from './access-request.ts';
import { compilePolicy } from './compile-policy.ts';
import type { PrincipalMatch } from './principal-element.ts';
import { RequestContext } from './request-context.ts';

/** The evaluator's answer. */
export interface Decision {
  readonly allowed: boolean;
  /** How AWS's access denied messages end, e.g. `because no identity-based policy allows the s3:GetObject action`. */
  readonly reason: string;
}

/**
 * Decides a request within one account, as IAM does: an explicit deny wins, then an allow, and without either it is denied.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 *
 * @throws PolicyError when a policy that was never compiled before cannot be honoured
 */
export const evaluate = (request: AccessRequest, now: Date = new Date()): Decision => {
  const { principal, action, resourcePolicy, resourcePolicyRequired = false } = request;
  const context = new RequestContext(request, now);
  let byIdentity = false;
  for (const document of principal.policies) {
    const verdict = compilePolicy(document, 'identity').judge(request, context);
    if (verdict.denied) {
      return { allowed: false, reason: 'with an explicit deny in an identity-based policy' };
    }
    byIdentity ||= verdict.allowed !== undefined;
  }
  let byResource: PrincipalMatch;
  if (resourcePolicy) {
    const verdict = compilePolicy(resourcePolicy, 'resource').judge(request, context);
    if (verdict.denied) {
      return { allowed: false, reason: 'with an explicit deny in a resource-based policy' };
    }
    byResource = verdict.allowed;
  }
  if (byResource === 'principal') {
    return { allowed: true, reason: 'because a resource-based policy allows it' };
  }
  if (byIdentity && (byResource === 'account' || !resourcePolicyRequired)) {
    return { allowed: true, reason: 'because an identity-based policy allows it' };
  }
  const missing =
    (resourcePolicyRequired && byResource === undefined) || !principal.arn.startsWith('arn:') ? 'resource' : 'identity';
  return { allowed: false, reason: `because no ${missing}-based policy allows the ${action} action` };
};
