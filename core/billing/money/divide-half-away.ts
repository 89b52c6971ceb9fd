/**
 * Divides and rounds to the nearest integer, halves away from zero: 2.5 becomes 3 and -2.5 becomes -3, as invoices in money are rounded
 * by custom, so that a credit is the exact opposite of its charge.
 *
 * @param divisor above zero
 */
export function divideHalfAway(dividend: bigint, divisor: bigint): bigint {
  const size = dividend < 0n ? -dividend : dividend;
  const rounded = (2n * size + divisor) / (2n * divisor);
  return dividend < 0n ? -rounded : rounded;
}
