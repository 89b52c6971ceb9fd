import { s3Error } from '../s3-error.ts';

/**
 * Reads a number from the query, e.g. `max-keys`.
 *
 * @returns undefined when it is not there
 * @throws AwsError `InvalidArgument` when it is no number between `min` and `max`
 */
export function wholeNumber(
  query: ReadonlyMap<string, string>,
  name: string,
  min: number,
  max: number,
): number | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw s3Error.invalidArgument(`${name} must be an integer between ${min} and ${max}.`);
  }
  return value;
}
