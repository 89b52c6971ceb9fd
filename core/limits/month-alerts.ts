import { isNoted } from './is-noted.ts';
import { alertPercents, type LimitAlert } from './limit-alert.ts';
import { type Limits, type LimitUnit, limitUnits } from './limits.ts';
import type { Month } from './month.ts';
import type { MonthState } from './month-state.ts';

/**
 * The thresholds of monthly quotas that are crossed and that nobody has noted yet.
 *
 * @param refusing the quota that has refused a request. Requests of many units seldom meet it exactly: above 80 % it counts as reached
 *   then. Below, the request was just a large one.
 */
export const monthAlerts = (
  tenant: string,
  { perMonth = {} }: Limits,
  { name }: Month,
  { used, alerts }: MonthState,
  refusing?: LimitUnit,
): readonly LimitAlert[] =>
  limitUnits.flatMap((unit) => {
    const limit = perMonth[unit];
    if (limit === undefined) return [];
    const full = unit === refusing && used[unit] * 100 >= limit * 80;
    return alertPercents
      .filter((percent) => full || used[unit] * 100 >= limit * percent)
      .map((percent): LimitAlert => ({ tenant, month: name, unit, percent, limit, used: used[unit] }))
      .filter((alert) => !isNoted(alert, alerts));
  });
