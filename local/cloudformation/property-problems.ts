import type * as z from 'zod';
import { Unresolved } from './unresolved.ts';

/**
 * What a resource type does not take of these properties, one text per property path. What depends on a value that is not known yet
 * is judged by its name only.
 */
export function propertyProblems(schema: z.ZodType, properties: unknown): string[] {
  const { error } = schema.safeParse(known(properties));
  return (error?.issues ?? []).flatMap((issue) => problemsOf(issue, [], properties));
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue, above: readonly PropertyKey[], properties: unknown): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${dotted([...path, key])}: this property is not supported`);
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The branch with the fewest complaints is the one that was meant.
    const branches = issue.errors.map((branch) => branch.flatMap((inner) => problemsOf(inner, path, properties)));
    return branches.reduce((least, branch) => (branch.length < least.length ? branch : least));
  }
  return holdsUnresolved(at(properties, path)) ? [] : [`${dotted(path)}: ${issue.message}`];
}

const dotted = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'its properties' : path.map(String).join('.');

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let inner = value;
  for (const key of path) {
    if (inner instanceof Unresolved) return inner;
    inner = (inner as Record<PropertyKey, unknown> | undefined)?.[key];
  }
  return inner;
}

function holdsUnresolved(value: unknown): boolean {
  if (value instanceof Unresolved) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsUnresolved);
}

/** The value with a text in place of all that is unresolved. */
function known(value: unknown): unknown {
  if (value instanceof Unresolved) return `(${value.source})`;
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, known(item)]));
}
