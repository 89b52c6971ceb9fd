// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM's policy variables look like this.
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../local/iam/evaluate.ts';
import type { ConditionValues } from '../../../local/iam/principal.ts';

type Context = Readonly<Record<string, string | readonly string[]>>;

/** Whether a statement with this condition applies. */
const holds = (operator: string, key: string, values: ConditionValues, context: Context = {}): boolean =>
  evaluate({
    principal: {
      arn: 'arn:aws:iam::123456789012:user/ann',
      account: '123456789012',
      policies: [
        {
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition: { [operator]: { [key]: values } } },
        },
      ],
    },
    action: 'a:B',
    resource: '*',
    context,
  }).allowed;

describe('condition operators', () => {
  it.each<[string, ConditionValues, string, boolean]>([
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', 'A', 'a', false],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', ['a', 'b'], 'c', true],
    ['StringEqualsIgnoreCase', 'A', 'a', true],
    ['StringNotEqualsIgnoreCase', 'A', 'a', false],
    ['StringLike', 'a*c?', 'abbcd', true],
    ['StringLike', 'a*', 'b', false],
    ['StringNotLike', 'a*', 'ab', false],
    ['NumericEquals', 10, '10.0', true],
    ['NumericNotEquals', 10, '11', true],
    ['NumericLessThan', '10', '9', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '10', '9', false],
    ['NumericGreaterThanEquals', '-1', '0', true],
    ['NumericLessThan', '10', 'none', false],
    ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', true],
    ['DateGreaterThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', false],
    ['DateEquals', '2026-01-01T00:00:00Z', '1767225600', true],
    ['DateNotEquals', '2026-01-01T00:00:00Z', '1767225601', true],
    ['DateLessThanEquals', '2026-01-01', '2026-01-01T00:00:00Z', true],
    ['DateGreaterThanEquals', '2026-01-01', '2025-12-31T00:00:00Z', false],
    ['Bool', true, 'true', true],
    ['Bool', 'false', 'true', false],
    ['BinaryEquals', 'QmluYXJ5', 'QmluYXJ5', true],
    ['IpAddress', '203.0.113.0/24', '203.0.113.7', true],
    ['IpAddress', '203.0.113.0/24', '203.0.114.7', false],
    ['IpAddress', '2001:db8::/32', '2001:db8::1', true],
    ['IpAddress', '203.0.113.7', '203.0.113.7', true],
    ['NotIpAddress', '203.0.113.0/24', '203.0.113.7', false],
    ['ArnLike', 'arn:aws:s3:::a*', 'arn:aws:s3:::ab/c:d', true],
    ['ArnLike', 'arn:aws:s3:*:a*', 'arn:aws:s3:::ab', false],
    ['ArnLike', 'arn:*:ab', 'arn:aws:s3:::ab', false],
    ['ArnEquals', 'arn:aws:sns:*:123456789012:t', 'arn:aws:sns:eu-west-1:123456789012:t', true],
    ['ArnNotLike', 'arn:aws:s3:::a*', 'arn:aws:s3:::ab', false],
    ['ArnNotEquals', 'arn:aws:s3:::a*', 'arn:aws:s3:::b', true],
  ])('%s %j, given %j: %s', (operator, values, given, expected) => {
    expect(holds(operator, 'x:key', values, { 'x:key': given })).toBe(expected);
  });

  it('fill in variables, also with wildcards in their values kept literal', () => {
    expect(holds('StringEquals', 'x:owner', '${aws:username}', { 'x:owner': 'ann' })).toBe(true);
    expect(holds('StringLike', 'x:owner', '${x:name}', { 'x:owner': 'anything', 'x:name': '*' })).toBe(false);
    expect(holds('ArnLike', 'x:arn', '${aws:PrincipalArn}', { 'x:arn': 'arn:aws:iam::123456789012:user/ann' })).toBe(
      true,
    );
    expect(holds('StringNotEquals', 'x:owner', '${x:absent}', { 'x:owner': 'ann' })).toBe(false);
  });
});

describe('a key that the request does not have', () => {
  it.each<[string, ConditionValues, boolean]>([
    ['StringEquals', 'a', false],
    ['StringNotEquals', 'a', true],
    ['StringEqualsIfExists', 'a', true],
    ['NumericLessThanIfExists', 1, true],
    ['Bool', 'true', false],
    ['BoolIfExists', 'true', true],
    ['ArnNotLike', 'arn:aws:s3:::b', true],
    ['ForAllValues:StringEquals', 'a', true],
    ['ForAnyValue:StringEquals', 'a', false],
    ['ForAnyValue:StringNotEquals', 'a', false],
    ['Null', 'true', true],
    ['Null', false, false],
  ])('makes %s %j: %s', (operator, values, expected) => {
    expect(holds(operator, 'x:key', values)).toBe(expected);
  });

  it('is told from one that is there by Null', () => {
    expect(holds('Null', 'x:key', 'false', { 'x:key': '' })).toBe(true);
    expect(holds('Null', 'x:key', 'true', { 'x:key': '' })).toBe(false);
  });
});

describe('a key with several values', () => {
  const context = { 'x:key': ['a', 'b'] };
  it.each<[string, string[], boolean]>([
    ['ForAllValues:StringEquals', ['a', 'b', 'c'], true],
    ['ForAllValues:StringEquals', ['a'], false],
    ['ForAllValues:StringNotEquals', ['c'], true],
    ['ForAllValues:StringNotEquals', ['a'], false],
    ['ForAnyValue:StringEquals', ['b'], true],
    ['ForAnyValue:StringEquals', ['c'], false],
    ['ForAnyValue:StringNotEquals', ['a'], true],
    ['ForAnyValue:StringNotEquals', ['a', 'b'], false],
  ])('%s %j: %s', (operator, values, expected) => {
    expect(holds(operator, 'x:key', values, context)).toBe(expected);
  });
});
