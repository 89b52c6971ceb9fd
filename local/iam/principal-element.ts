import { PolicyError } from './policy-error.ts';
import type { PolicyStatement, Principal } from './principal.ts';

/**
 * How a Principal element covers somebody: by name, or only by naming the account, which leaves the decision to the account's own
 * identity-based policies.
 */
export type PrincipalMatch = 'principal' | 'account' | undefined;

/**
 * Compiles a Principal or NotPrincipal element:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 *
 * @throws PolicyError for a kind of principal that does not exist here and for a wildcard within a name
 */
export const compilePrincipal = (
  element: NonNullable<PolicyStatement['Principal']>,
): ((principal: Principal) => PrincipalMatch) => {
  if (element === '*') {
    return () => 'principal';
  }
  const names = new Set<string>();
  const services = new Set<string>();
  for (const [kind, values] of Object.entries(element)) {
    for (const value of typeof values === 'string' ? [values] : values) {
      if (kind === 'Service') {
        services.add(value);
      } else if (kind === 'AWS') {
        names.add(checkName(value));
      } else {
        throw new PolicyError(`principals of the kind "${kind}" are not supported`);
      }
    }
  }
  // The same as a bare star, says the documentation.
  if (names.has('*')) {
    return () => 'principal';
  }
  return ({ arn, account, roleArn, service }) => {
    if (service !== undefined) {
      return services.has(service) ? 'principal' : undefined;
    }
    if (names.has(arn) || (roleArn !== undefined && names.has(roleArn))) {
      return 'principal';
    }
    return names.has(account) || names.has(`arn:aws:iam::${account}:root`) ? 'account' : undefined;
  };
};

const checkName = (name: string): string => {
  if (name !== '*' && !/^(\d{12}|arn:aws:(iam|sts)::\d{12}:[^*?]+)$/.test(name)) {
    throw new PolicyError(`"${name}" is not an account, a user, a role, a session or "*"`);
  }
  return name;
};
