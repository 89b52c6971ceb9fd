import type { LimitAlert } from './limit-alert.ts';
import type { LimitedUnits } from './limits.ts';

/** Units set aside for a request that runs. */
export interface Reservation {
  readonly id: string;
  /** Epoch milliseconds after which its request cannot be running any more. */
  readonly untilMs: number;
  readonly units: LimitedUnits;
}

/** What a tenant has used of a month, as its item in the table has it. */
export interface MonthState {
  /** What was used and what is set aside. */
  readonly used: LimitedUnits;
  /** Requests that run now. */
  readonly running: number;
  readonly reservations: readonly Reservation[];
  readonly alerts: readonly (Pick<LimitAlert, 'unit' | 'percent'> & { readonly at: string })[];
}
