import type * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { InvalidInputError } from '../../core/api/maas-error.ts';

const issuesMax = 5;
const error = en().localeError;

/** A value as its schema gives it. @throws InvalidInputError whose message names each wrong field */
export function checked<Schema extends z.ZodMiniType>(value: unknown, schema: Schema): z.infer<Schema> {
  const { data, error: refused } = schema.safeParse(value, { error });
  if (refused === undefined) return data as z.infer<Schema>;
  // Misspelt fields first: they explain the missing ones.
  const issues = refused.issues
    .toSorted((a, b) => Number(isUnknownField(b)) - Number(isUnknownField(a)))
    .slice(0, issuesMax)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`));
  throw new InvalidInputError(issues.join('; ').slice(0, 2000));
}

const isUnknownField = ({ code }: z.core.$ZodIssue): boolean => code === 'unrecognized_keys';
