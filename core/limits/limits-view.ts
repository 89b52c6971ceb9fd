import type { LimitUnit, UnitLimits } from './limits.ts';
import type { MonthState } from './month-state.ts';

/** A tenant's limits of ours and what is used of them, as APIs show it. What is not there is not limited. */
export interface LimitsView {
  /** The month that is counted: `2026-11`. */
  readonly month: string;
  /** RFC 3339: when the monthly quotas and the spend limit are whole again. */
  readonly renewedAt: string;
  readonly perMonth: Partial<Readonly<Record<LimitUnit, { readonly limit: number; readonly used: number }>>>;
  readonly perMinute: UnitLimits;
  readonly concurrent?: { readonly limit: number; readonly running: number };
  /** Decimal text. What is set aside for requests that run counts as used. */
  readonly spend?: { readonly limit: string; readonly used: string; readonly currency: string };
  /** Thresholds of the monthly quotas and the spend limit that hold, in percent, and when they were crossed. */
  readonly alerts: readonly Omit<MonthState['alerts'][number], 'limit'>[];
}
