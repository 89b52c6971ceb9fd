import type { ContextKeys } from './context-keys.ts';
import { PolicyError } from './policy-error.ts';
import { literal, type Pattern, wildcards } from './wildcard.ts';

/** A text of a policy, its variables still open. */
export interface PolicyText {
  /** True when it holds variables, so that it depends on the request. */
  readonly dynamic: boolean;
  /** Undefined when a variable has no value in this request. */
  resolve(context: ContextKeys): Pattern | undefined;
}

interface Reading {
  /** Whether `*` and `?` are wildcards. */
  readonly wildcards: boolean;
  /** Whether `${…}` are variables: only in documents of version 2012-10-17. */
  readonly variables: boolean;
  /** Whether case is ignored; the value to match must come in lower case then. */
  readonly ignoreCase?: boolean;
}

interface Variable {
  readonly key: string;
  readonly otherwise: string | undefined;
}

/**
 * Compiles a text with wildcards and variables:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 *
 * @throws PolicyError for a malformed variable
 */
export const policyText = (text: string, reading: Reading): PolicyText => {
  const fold = (piece: string): string => (reading.ignoreCase ? piece.toLowerCase() : piece);
  const parts: (number[] | Variable)[] = [];
  let rest = text;
  while (rest !== '') {
    const start = reading.variables ? rest.indexOf('${') : -1;
    const plain = fold(start < 0 ? rest : rest.slice(0, start));
    parts.push(reading.wildcards ? wildcards(plain) : literal(plain));
    if (start < 0) {
      break;
    }
    const end = rest.indexOf('}', start);
    if (end < 0) {
      throw new PolicyError(`"${text}" has a policy variable without an end`);
    }
    parts.push(readVariable(rest.slice(start + 2, end), text));
    rest = rest.slice(end + 1);
  }
  if (parts.every((part) => Array.isArray(part))) {
    const pattern = parts.flat();
    return { dynamic: false, resolve: () => pattern };
  }
  const resolve = (context: ContextKeys): Pattern | undefined => {
    const pattern: number[] = [];
    for (const part of parts) {
      if (Array.isArray(part)) {
        pattern.push(...part);
        continue;
      }
      const values = context.get(part.key);
      // A key with several values cannot stand in a text.
      const value = values?.length === 1 ? values[0] : part.otherwise;
      if (value === undefined) {
        return undefined;
      }
      // What a variable stands for is never a wildcard, whoever chose it.
      pattern.push(...literal(fold(value)));
    }
    return pattern;
  };
  return { dynamic: true, resolve };
};

const readVariable = (body: string, text: string): number[] | Variable => {
  if (body === '*' || body === '?' || body === '$') {
    return literal(body);
  }
  const match = /^\s*([A-Za-z0-9-]+:[^\s,']+)\s*(?:,\s*'([^']*)'\s*)?$/.exec(body);
  if (!match) {
    throw new PolicyError(`"${text}" has the malformed policy variable \${${body}}`);
  }
  return { key: match[1] ?? '', otherwise: match[2] };
};
