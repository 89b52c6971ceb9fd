/**
 * Splits an amount in proportion to weights, in whole units, so that the parts add up to it: each gets its share rounded towards zero, and
 * what is left goes one unit each to the largest remainders, to the first of equal ones.
 *
 * @param weights none negative; where all are zero, the first takes all
 */
export function splitAmount(amount: bigint, weights: readonly bigint[]): readonly bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) return weights.map((_, index) => (index === 0 ? amount : 0n));
  const size = amount < 0n ? -amount : amount;
  const shares = weights.map((weight) => (size * weight) / total);
  const left = size - shares.reduce((sum, share) => sum + share, 0n);
  const byRemainder = weights
    .map((weight, index) => ({ index, remainder: (size * weight) % total }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder.slice(0, Number(left))) shares[index] = (shares[index] as bigint) + 1n;
  return amount < 0n ? shares.map((share) => -share) : shares;
}
