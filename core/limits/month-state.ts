import type { LimitAlert } from './limit-alert.ts';
import type { LimitedUnits } from './limits.ts';
import type { PriceQuantities } from './spend/month-rating.ts';

/** Units set aside for a request that runs. */
export interface Reservation {
  readonly id: string;
  /** Epoch milliseconds after which its request cannot be running any more. */
  readonly untilMs: number;
  readonly units: LimitedUnits;
  /** For a spend limit. */
  readonly prices: PriceQuantities;
}

/** The part of a month that a spend limit looks at. */
export interface SpendingState {
  readonly prices: PriceQuantities;
  /** Another one whenever a price joins those, and when they are counted anew. */
  readonly generation: number;
  /** Grows with each write that adds to any of them. */
  readonly revision: number;
}

/** What a tenant has used of a month, as its item in the table has it. */
export interface MonthState {
  /** What was used and what is set aside. */
  readonly used: LimitedUnits;
  /** What was used and what is set aside, by price, for a spend limit. */
  readonly spending?: SpendingState;
  /** Requests that run now. */
  readonly running: number;
  readonly reservations: readonly Reservation[];
  /** Thresholds that were crossed, by the limit that they are of, as text: a limit that is changed has thresholds of its own. */
  readonly alerts: readonly (Pick<LimitAlert, 'unit' | 'percent'> & {
    readonly limit: string;
    readonly at: string;
  })[];
}
