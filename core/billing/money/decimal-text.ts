/**
 * An integer of 10^-`digits` as a decimal number: `decimalText(-1205n, 2)` is `-12.05`.
 *
 * @param digits after the point, all of them written
 */
export function decimalText(value: bigint, digits: number): string {
  const size = (value < 0n ? -value : value).toString().padStart(digits + 1, '0');
  const sign = value < 0n ? '-' : '';
  return digits === 0 ? `${sign}${size}` : `${sign}${size.slice(0, -digits)}.${size.slice(-digits)}`;
}
