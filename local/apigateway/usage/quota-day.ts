/** How long a quota counts before it starts anew, at midnight UTC. */
export type QuotaPeriod = 'DAY' | 'WEEK' | 'MONTH';

/** A day in UTC as `2026-11-21`; such texts compare in the order of time. */
export const quotaDay = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);

/** The first day of the period that a moment is in. AWS does not document where a week starts; here it is Sunday. */
export function periodStart(period: QuotaPeriod, epochMs: number): string {
  if (period === 'DAY') return quotaDay(epochMs);
  if (period === 'MONTH') return `${quotaDay(epochMs).slice(0, 8)}01`;
  return quotaDay(epochMs - new Date(epochMs).getUTCDay() * 86_400_000);
}
