import { type Condition, compileConditions } from './compile-condition.ts';
import type { ContextKeys } from './context-keys.ts';
import { PolicyError } from './policy-error.ts';
import { type PolicyText, policyText } from './policy-text.ts';
import type { PolicyStatement, Principal } from './principal.ts';
import { compilePrincipal, type PrincipalMatch } from './principal-element.ts';
import { matchesWildcard, wildcards } from './wildcard.ts';

/** A statement, ready to be asked. */
export interface CompiledStatement {
  readonly effect: 'Allow' | 'Deny';
  /** @param action in lower case */
  matchesAction(action: string): boolean;
  /** True when its resources hold policy variables. */
  readonly dynamicResource: boolean;
  matchesResource(resource: string, context: ContextKeys): boolean;
  /** With resource-based policies only. */
  matchesPrincipal(principal: Principal): PrincipalMatch;
  readonly conditions: readonly Condition[];
}

const list = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

/**
 * Compiles one statement: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 *
 * @param kind an identity-based policy says whom it is for by where it is attached, a resource-based one in its principals; the
 * resource of a role's trust policy is the role itself and is not written down
 * @throws PolicyError when it lacks an element, has two that exclude each other, or has one that cannot be honoured
 */
export const compileStatement = (
  statement: PolicyStatement,
  kind: 'identity' | 'resource',
  variables: boolean,
): CompiledStatement => {
  const { Effect, Action, NotAction, Resource, NotResource, Principal: principal, NotPrincipal } = statement;
  const exclusive = (name: string, one: unknown, other: unknown, needed: boolean): void => {
    if ((one === undefined) === (other === undefined) && (needed || one !== undefined)) {
      throw new PolicyError(`a statement has ${needed ? 'exactly' : 'at most'} one of ${name} and Not${name}`);
    }
  };
  exclusive('Action', Action, NotAction, true);
  exclusive('Resource', Resource, NotResource, kind === 'identity');
  exclusive('Principal', principal, NotPrincipal, kind === 'resource');
  if (kind === 'identity' && (principal ?? NotPrincipal) !== undefined) {
    throw new PolicyError('an identity-based policy names no principals');
  }
  const resources = list(Resource ?? NotResource ?? '*').map((text) =>
    policyText(text, { wildcards: true, variables }),
  );
  return {
    effect: Effect,
    matchesAction: compileActions(list(Action ?? NotAction ?? []), NotAction !== undefined),
    dynamicResource: resources.some((text) => text.dynamic),
    matchesResource: compileResources(resources, NotResource !== undefined),
    matchesPrincipal: compileWho(principal, NotPrincipal),
    conditions: compileConditions(statement.Condition ?? {}, variables),
  };
};

const compileActions = (actions: readonly string[], negated: boolean): ((action: string) => boolean) => {
  const patterns = actions.map((action) => {
    if (action !== '*' && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$/.test(action)) {
      throw new PolicyError(`"${action}" is not an action`);
    }
    return wildcards(action.toLowerCase());
  });
  return (action) => patterns.some((pattern) => matchesWildcard(pattern, action)) !== negated;
};

const compileResources =
  (resources: readonly PolicyText[], negated: boolean): CompiledStatement['matchesResource'] =>
  (resource, context) => {
    let found = false;
    for (const text of resources) {
      const pattern = text.resolve(context);
      if (!pattern) {
        // A variable without a value names no resource, and excludes none safely: the statement stays out.
        if (negated) {
          return false;
        }
        continue;
      }
      found ||= matchesWildcard(pattern, resource);
    }
    return found !== negated;
  };

const compileWho = (
  principal: PolicyStatement['Principal'],
  notPrincipal: PolicyStatement['NotPrincipal'],
): CompiledStatement['matchesPrincipal'] => {
  if (notPrincipal !== undefined) {
    const excepted = compilePrincipal(notPrincipal);
    return (who) => (excepted(who) === undefined ? 'principal' : undefined);
  }
  return principal === undefined ? () => 'principal' : compilePrincipal(principal);
};
