import { alertPercents, type LimitAlert } from './limit-alert.ts';
import { type Limits, limitUnits } from './limits.ts';
import type { Month } from './month.ts';
import type { MonthState } from './month-state.ts';

/** The thresholds of monthly quotas that are crossed and that nobody has noted yet. */
export const monthAlerts = (
  tenant: string,
  { perMonth = {} }: Limits,
  { name }: Month,
  { used, alerts }: MonthState,
): readonly LimitAlert[] =>
  limitUnits.flatMap((unit) => {
    const limit = perMonth[unit];
    if (limit === undefined) return [];
    return alertPercents
      .filter((percent) => used[unit] * 100 >= limit * percent)
      .filter((percent) => !alerts.some((known) => known.unit === unit && known.percent === percent))
      .map((percent): LimitAlert => ({ tenant, month: name, unit, percent, limit, used: used[unit] }));
  });
