import { isNoted } from '../is-noted.ts';
import { alertPercents, type LimitAlert } from '../limit-alert.ts';
import type { Month } from '../month.ts';
import type { MonthState } from '../month-state.ts';
import type { RequestSpend } from './spending.ts';

type Spend = Pick<RequestSpend, 'limit' | 'rating'>;

/** The thresholds of the spend limit that are crossed and that nobody has noted yet. */
export const spendAlerts = (tenant: string, spend: Spend, month: Month, state: MonthState): readonly LimitAlert[] =>
  alertsUpTo(tenant, spend, month, state, spentOf(spend, state) * 100n);

/**
 * The same after the limit has refused a request. Few limits are met to the last cent: above 80 % it counts as reached then. Below, the
 * request was just a large one.
 */
export function fullSpendAlert(tenant: string, spend: Spend, month: Month, state: MonthState): readonly LimitAlert[] {
  const [spent, limit] = [spentOf(spend, state) * 100n, BigInt(spend.limit.minor)];
  return alertsUpTo(tenant, spend, month, state, spent >= limit * 80n ? limit * 100n : spent);
}

const spentOf = ({ rating }: Spend, { spending }: MonthState): bigint => rating.spent(spending?.prices ?? new Map());

/** @param reached 100 times what counts as spent */
function alertsUpTo(
  tenant: string,
  spend: Spend,
  month: Month,
  state: MonthState,
  reached: bigint,
): readonly LimitAlert[] {
  const { currency } = spend.rating;
  const limit = BigInt(spend.limit.minor);
  return alertPercents
    .filter((percent) => reached >= limit * BigInt(percent))
    .map(
      (percent): LimitAlert => ({
        tenant,
        month: month.name,
        unit: 'spend',
        percent,
        limit: currency.text(limit),
        used: currency.text(spentOf(spend, state)),
        currency: currency.code,
      }),
    )
    .filter((alert) => !isNoted(alert, state.alerts));
}
