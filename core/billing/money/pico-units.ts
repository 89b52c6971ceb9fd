import { decimalPattern } from './decimal-pattern.ts';

/**
 * A decimal number as an integer of 10^-12: prices of a millionth of a cent are common, and multiplied as integers they stay exact.
 *
 * @param text as {@link decimalPattern} has it, e.g. `0.0004`
 * @throws RangeError for any other text
 */
export function picoUnits(text: string): bigint {
  const [, whole, fraction = ''] = decimalPattern.exec(text) ?? [];
  if (whole === undefined) throw new RangeError(`${JSON.stringify(text)} is not a decimal number such as 0.0004`);
  return BigInt(whole) * 10n ** 12n + BigInt(fraction.padEnd(12, '0'));
}
