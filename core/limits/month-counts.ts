import type { LimitedUnits } from './limits.ts';
import type { PriceQuantities } from './spend/month-rating.ts';

/** What was used of a month. */
export interface MonthCounts {
  readonly units: LimitedUnits;
  /** Where a spend limit looks at it. */
  readonly prices?: PriceQuantities;
}
