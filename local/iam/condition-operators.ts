import { BlockList, isIPv6 } from 'node:net';
import type { ContextKeys } from './context-keys.ts';
import { PolicyError } from './policy-error.ts';
import { policyText } from './policy-text.ts';
import { literal, many, matchesWildcard, type Pattern } from './wildcard.ts';

/** Whether a value of the request satisfies one value of the policy. Undefined when a policy variable has no value. */
export type Comparison = (value: string, context: ContextKeys) => boolean | undefined;

export interface ConditionOperator {
  /** True for the `Not…` operators: satisfied when no value of the policy compares. */
  readonly negated: boolean;
  /** @throws PolicyError when the policy's value is not of the operator's type */
  compile(expected: string, variables: boolean): Comparison;
}

const text =
  (reading: { wildcards: boolean; ignoreCase?: boolean }): ConditionOperator['compile'] =>
  (expected, variables) => {
    const pattern = policyText(expected, { ...reading, variables });
    return (value, context) => {
      const resolved = pattern.resolve(context);
      return resolved && matchesWildcard(resolved, reading.ignoreCase ? value.toLowerCase() : value);
    };
  };

const number =
  (holds: (value: number, expected: number) => boolean): ConditionOperator['compile'] =>
  (expected) => {
    const limit = parseNumber(expected);
    if (Number.isNaN(limit)) {
      throw new PolicyError(`"${expected}" is not a number`);
    }
    // A comparison with NaN is false, so a value that is no number satisfies nothing.
    return (value) => holds(parseNumber(value), limit);
  };

const parseNumber = (value: string): number => (/^[-+]?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN);

const date =
  (holds: (value: number, expected: number) => boolean): ConditionOperator['compile'] =>
  (expected) => {
    const limit = parseDate(expected);
    if (Number.isNaN(limit)) {
      throw new PolicyError(`"${expected}" is not a date`);
    }
    return (value) => holds(parseDate(value), limit);
  };

/** W3C dates, or epoch seconds. */
const parseDate = (value: string): number =>
  /^\d+$/.test(value) && value.length > 4 ? Number(value) * 1000 : Date.parse(value);

const boolean: ConditionOperator['compile'] = (expected) => {
  const wanted = expected.toLowerCase();
  if (wanted !== 'true' && wanted !== 'false') {
    throw new PolicyError(`"${expected}" is not true or false`);
  }
  return (value) => value.toLowerCase() === wanted;
};

const address: ConditionOperator['compile'] = (expected) => {
  const [network = '', bits] = expected.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  const block = new BlockList();
  try {
    block.addSubnet(network, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  } catch (cause) {
    throw new PolicyError(`"${expected}" is not an IP address or CIDR range`, { cause });
  }
  return (value) => block.check(value, isIPv6(value) ? 'ipv6' : 'ipv4');
};

/** Each of the six parts of an ARN is matched by itself, so that a wildcard never reaches over a colon into the next part. */
const arn: ConditionOperator['compile'] = (expected, variables) => {
  const text = policyText(expected, { wildcards: true, variables });
  return (value, context) => {
    const pattern = text.resolve(context);
    if (!pattern) {
      return undefined;
    }
    if (pattern.length === 1 && pattern[0] === many) {
      return true;
    }
    const parts = splitArn(pattern);
    const values = splitArn(literal(value));
    return (
      parts.length === values.length &&
      parts.every((part, at) => matchesWildcard(part, String.fromCharCode(...(values[at] ?? []))))
    );
  };
};

const colon = 0x3a;

/** At the first five colons. */
const splitArn = (units: Pattern): Pattern[] => {
  const parts: Pattern[] = [];
  let start = 0;
  while (parts.length < 5) {
    const end = units.indexOf(colon, start);
    if (end < 0) {
      break;
    }
    parts.push(units.slice(start, end));
    start = end + 1;
  }
  return [...parts, units.slice(start)];
};

const both = (
  name: string,
  negatedName: string,
  compile: ConditionOperator['compile'],
): [string, ConditionOperator][] => [
  [name, { negated: false, compile }],
  [negatedName, { negated: true, compile }],
];

const single = (name: string, compile: ConditionOperator['compile']): [string, ConditionOperator] => [
  name,
  { negated: false, compile },
];

/** By name: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export const conditionOperators: ReadonlyMap<string, ConditionOperator> = new Map([
  ...both('StringEquals', 'StringNotEquals', text({ wildcards: false })),
  ...both('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', text({ wildcards: false, ignoreCase: true })),
  ...both('StringLike', 'StringNotLike', text({ wildcards: true })),
  ...both(
    'NumericEquals',
    'NumericNotEquals',
    number((value, expected) => value === expected),
  ),
  single(
    'NumericLessThan',
    number((value, expected) => value < expected),
  ),
  single(
    'NumericLessThanEquals',
    number((value, expected) => value <= expected),
  ),
  single(
    'NumericGreaterThan',
    number((value, expected) => value > expected),
  ),
  single(
    'NumericGreaterThanEquals',
    number((value, expected) => value >= expected),
  ),
  ...both(
    'DateEquals',
    'DateNotEquals',
    date((value, expected) => value === expected),
  ),
  single(
    'DateLessThan',
    date((value, expected) => value < expected),
  ),
  single(
    'DateLessThanEquals',
    date((value, expected) => value <= expected),
  ),
  single(
    'DateGreaterThan',
    date((value, expected) => value > expected),
  ),
  single(
    'DateGreaterThanEquals',
    date((value, expected) => value >= expected),
  ),
  single('Bool', boolean),
  single('BinaryEquals', text({ wildcards: false })),
  ...both('IpAddress', 'NotIpAddress', address),
  // AWS gives both pairs the same meaning.
  ...both('ArnEquals', 'ArnNotEquals', arn),
  ...both('ArnLike', 'ArnNotLike', arn),
]);
