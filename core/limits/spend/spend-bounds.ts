import type { MonthRating, PriceQuantities } from './month-rating.ts';

/** What a tenant has used at each price, as its month's item says. */
export interface SpendState {
  /** What is used and what is set aside. */
  readonly used: PriceQuantities;
  /** Of that, what is set aside for requests that run. */
  readonly held: PriceQuantities;
}

/**
 * Up to which quantity each price may be used, so that all of them together stay within a limit: whoever adds to any of them without
 * leaving these bounds need not know what others add at the same moment. What the limit leaves beyond the request is shared among the
 * prices alike; where it was shared badly, the one who meets a bound shares anew.
 *
 * @param wanted what the request adds
 * @param limit minor units
 * @returns undefined when the request costs more than is left; a bound that no quantity reaches is infinite
 */
export function spendBounds(
  rating: MonthRating,
  { used, held }: SpendState,
  wanted: PriceQuantities,
  limit: bigint,
): PriceQuantities | undefined {
  const lines = [...new Set([...used.keys(), ...wanted.keys()])].map((key) => {
    const high = (used.get(key) ?? 0) + (wanted.get(key) ?? 0);
    // What runs may fail and be given back: no quantity on the way down may cost more than the limit either.
    const low = Math.max(0, (used.get(key) ?? 0) - (held.get(key) ?? 0));
    return { key, low, high, cost: rating.lineMax(key, low, high) };
  });
  const cost = lines.reduce((sum, line) => sum + line.cost, 0n);
  const spent = lines.reduce((sum, { key, low }) => sum + rating.lineMax(key, low, used.get(key) ?? 0), 0n);
  const free = linesMax(rating, limit) - cost;
  // Also above the limit, what costs nothing more is not stopped.
  if (free < 0n && cost > spent) return undefined;
  const share = lines.length === 0 || free < 0n ? 0n : free / BigInt(lines.length);
  return new Map(
    lines.map((line) => [
      line.key,
      largest(line.high, (quantity) => rating.lineMax(line.key, line.low, quantity) <= line.cost + share),
    ]),
  );
}

/** How much the lines may add up to, so that with overage, which takes nothing off, it is within the limit. */
const linesMax = (rating: MonthRating, limit: bigint): bigint =>
  rating.withOverage(limit) === limit
    ? limit
    : BigInt(largest(0, (lines) => rating.withOverage(BigInt(lines)) <= limit));

/** The largest number, from one that fits on, of those that fit, infinite when all do; what is above one that does not fits neither. */
function largest(fitting: number, fits: (value: number) => boolean): number {
  let low = fitting;
  let step = 1;
  while (low + step <= Number.MAX_SAFE_INTEGER && fits(low + step)) {
    low += step;
    step *= 2;
  }
  if (low + step > Number.MAX_SAFE_INTEGER) return Number.POSITIVE_INFINITY;
  // `low` fits, `low + step` does not.
  while (step > 1) {
    const half = Math.floor(step / 2);
    if (fits(low + half)) {
      low += half;
      step -= half;
    } else {
      step = half;
    }
  }
  return low;
}
