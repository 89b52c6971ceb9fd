import { type ConditionOperator, conditionOperators } from './condition-operators.ts';
import type { ContextKeys } from './context-keys.ts';
import { PolicyError } from './policy-error.ts';
import type { ConditionValues, PolicyStatement } from './principal.ts';

/** Whether a request satisfies a condition. */
export type Condition = (context: ContextKeys) => boolean;

/**
 * Compiles a condition block; all of its conditions must hold:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 *
 * @throws PolicyError for an operator that does not exist and for values that it cannot compare
 */
export const compileConditions = (block: NonNullable<PolicyStatement['Condition']>, variables: boolean): Condition[] =>
  Object.entries(block).flatMap(([name, keys]) =>
    Object.entries(keys).map(([key, values]) => compileOne(name, key, values, variables)),
  );

/** Keys that AWS fills in and no service here does. Taking them for absent would make some conditions hold that must not. */
const unservedKeys: ReadonlySet<string> = new Set(['dynamodb:attributes']);

const compileOne = (name: string, key: string, values: ConditionValues, variables: boolean): Condition => {
  if (unservedKeys.has(key.toLowerCase())) {
    throw new PolicyError(`the condition key "${key}" is not supported`);
  }
  const expected = (Array.isArray(values) ? values : [values]).map(String);
  if (name === 'Null') {
    return compileNull(key, expected);
  }
  const match = /^(?:(ForAllValues|ForAnyValue):)?(.+?)(IfExists)?$/.exec(name);
  const operator = conditionOperators.get(match?.[2] ?? '');
  if (!match || !operator) {
    throw new PolicyError(`unknown condition operator "${name}"`);
  }
  const satisfied = compileValues(operator, expected, variables);
  const ifExists = match[3] !== undefined;
  if (match[1] === 'ForAllValues') {
    return (context) => (context.get(key) ?? []).every((value) => satisfied(value, context));
  }
  return (context) => {
    const present = context.get(key);
    if (!present?.length) {
      // A key that is not there differs from everything, though no value of it does.
      return ifExists || (operator.negated && match[1] === undefined);
    }
    return operator.negated && match[1] === undefined
      ? present.every((value) => satisfied(value, context))
      : present.some((value) => satisfied(value, context));
  };
};

/** Whether one value of the request satisfies the operator: one of the policy's values, or with a negated operator none of them. */
const compileValues = (operator: ConditionOperator, expected: readonly string[], variables: boolean) => {
  const comparisons = expected.map((value) => operator.compile(value, variables));
  return (value: string, context: ContextKeys): boolean => {
    let found = false;
    for (const compare of comparisons) {
      const result = compare(value, context);
      // A variable without a value: AWS leaves the statement out then.
      if (result === undefined) {
        return false;
      }
      found ||= result;
    }
    return found !== operator.negated;
  };
};

const compileNull = (key: string, expected: readonly string[]): Condition => {
  const [absent] = expected;
  if (expected.length !== 1 || (absent !== 'true' && absent !== 'false')) {
    throw new PolicyError(`the Null condition on "${key}" takes true or false`);
  }
  return (context) => !context.get(key)?.length === (absent === 'true');
};
