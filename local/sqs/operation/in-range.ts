import { refusals } from '../refusals.ts';

/**
 * The value, when it is a whole number of the range.
 * @throws SqsError InvalidParameterValue
 */
export function inRange(parameter: string, value: number, min: number, max: number): number {
  if (!(Number.isInteger(value) && value >= min && value <= max)) {
    throw refusals.outOfRange(parameter, value, min, max);
  }
  return value;
}
