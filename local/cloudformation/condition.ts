import { isDeepStrictEqual } from 'node:util';
import { resolve } from './resolve.ts';
import type { Scope } from './scope.ts';

/**
 * Evaluates a condition: `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not` and `Condition`.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
 */
export function condition(expression: unknown, scope: Scope): boolean {
  const [entry, ...more] = Object.entries(expression ?? {});
  if (entry === undefined || more.length > 0) throw new Error(`${JSON.stringify(expression)} is not a condition`);
  const [name, operand] = entry as [string, unknown];
  if (name === 'Condition' && typeof operand === 'string') return scope.condition(operand);
  if (!Array.isArray(operand)) throw new Error(`${name} takes a list`);
  switch (name) {
    case 'Fn::Equals':
      return isDeepStrictEqual(resolve(operand[0], scope), resolve(operand[1], scope));
    case 'Fn::And':
      return operand.every((part) => condition(part, scope));
    case 'Fn::Or':
      return operand.some((part) => condition(part, scope));
    case 'Fn::Not':
      return !condition(operand[0], scope);
    default:
      throw new Error(`${name} is not a condition function`);
  }
}
