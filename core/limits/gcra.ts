/** A rate is so many units in this time, all of which may come at once after a pause as long. */
export const windowNs = 60_000_000_000n;

/**
 * What units cost of a rate, in nanoseconds of time. The generic cell rate algorithm keeps one number for a rate: the moment until which
 * its budget is spent (the theoretical arrival time). Units move it forward by their cost; they fit when it stays within a window from
 * now. Rounded up, so that a rate is never exceeded, by less than a nanosecond a call.
 */
export const costNs = (units: number, perMinute: number): bigint =>
  (BigInt(units) * windowNs + BigInt(perMinute) - 1n) / BigInt(perMinute);

/** How many units would fit now, when the budget is spent until `spentNs`. */
export const unitsLeft = (spentNs: bigint, nowNs: bigint, perMinute: number): number => {
  const leftNs = windowNs - (spentNs > nowNs ? spentNs - nowNs : 0n);
  return leftNs <= 0n ? 0 : Number((leftNs * BigInt(perMinute)) / windowNs);
};
