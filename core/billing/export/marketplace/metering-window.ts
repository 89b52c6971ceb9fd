import { hourMs, hourStart, usageHour } from '../../../metering/usage-hour.ts';

const dayMs = 24 * hourMs;
const graceMs = 6 * hourMs;
/** How far the Marketplace's clock may be behind ours. */
const skewMs = 10 * 60_000;
/** A record that is planned keeps this long to be taken. */
const reserveMs = hourMs;

/**
 * When the Marketplace begins to refuse a record of this hour, in epoch milliseconds: 24 hours after the hour's beginning, which is the
 * time that a record bears, and in any case at 06:00 UTC on the first of the next month.
 *
 * @see https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html
 */
function closesMs(hour: string): number {
  const start = hourStart(hour);
  return Math.min(start.getTime() + dayMs, Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1) + graceMs);
}

/** Whether the Marketplace takes a record of this hour for certain no more, whatever its clock says. */
export const isClosed = (hour: string, now: Date): boolean => now.getTime() >= closesMs(hour) + skewMs;

/** The hours into which something can be planned now, oldest first. */
export function openHours(now: Date): readonly string[] {
  const newest = hourStart(usageHour(now)).getTime();
  const hours = Array.from({ length: 24 }, (_, index) => usageHour(new Date(newest - (23 - index) * hourMs)));
  return hours.filter((hour) => now.getTime() < closesMs(hour) - reserveMs);
}
