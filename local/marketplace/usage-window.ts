const dayMs = 86_400_000;
const graceMs = 6 * 3_600_000;

/**
 * Whether usage of this moment is taken now: it is younger than 24 hours, not in the future, and of this month or, before 06:00 UTC on
 * the first, of the last one. In epoch milliseconds.
 *
 * @see https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html
 */
export function isTaken(usageMs: number, nowMs: number): boolean {
  const usage = new Date(usageMs);
  const monthEndMs = Date.UTC(usage.getUTCFullYear(), usage.getUTCMonth() + 1);
  return usageMs <= nowMs && nowMs - usageMs < dayMs && nowMs < monthEndMs + graceMs;
}
