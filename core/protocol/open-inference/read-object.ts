import { InvalidInputError } from '../../api/maas-error.ts';

/** The value as a JSON object. @throws {InvalidInputError} naming `what` it should have been */
export function readObject(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidInputError(`${what} must be a JSON object`);
  }
  return value as Record<string, unknown>;
}
