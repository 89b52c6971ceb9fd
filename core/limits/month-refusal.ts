import type { LimitedRequest, Refusal } from './gate.ts';
import { type LimitUnit, limitUnits } from './limits.ts';
import type { Month } from './month.ts';
import type { MonthState } from './month-state.ts';
import { policyOf } from './policy-of.ts';

/** When requests that run have ended, which mostly is soon, there may be room. */
export const runningSeconds = 1;

/** A refusal by a monthly quota or the concurrency cap. */
export interface MonthRefusal extends Refusal {
  /** The quota that it does not fit into for the rest of the month. */
  readonly reached?: LimitUnit;
}

/**
 * Why a request finds no place in its month.
 *
 * @returns undefined when it would, by this state
 */
export function monthRefusal(
  { limits, use: { units } }: LimitedRequest,
  month: Month,
  { used, running, reservations }: MonthState,
  now: Date,
): MonthRefusal | undefined {
  for (const unit of limitUnits) {
    const limit = limits.perMonth?.[unit];
    if (limit === undefined || used[unit] + units[unit] <= limit) continue;
    const policy = policyOf.month(unit, limit, month);
    const left = Math.max(0, limit - used[unit]);
    const held = reservations.reduce((sum, each) => sum + each.units[unit], 0);
    if (used[unit] - held + units[unit] <= limit) {
      return {
        message: `the limit is ${limit} ${unit} a month; this request has ${units[unit]}, and of the ${left + held} that are left, ${held} are set aside for requests that run now. Try again in a moment: what fails gives them back`,
        violated: { policy, left, resetSeconds: runningSeconds },
      };
    }
    return {
      reached: unit,
      message: `the limit is ${limit} ${unit} a month, and ${used[unit]} are used; this request has ${units[unit]}. It is renewed at ${new Date(month.endMs).toISOString()}`,
      violated: { policy, left, resetSeconds: Math.max(1, Math.ceil((month.endMs - now.getTime()) / 1000)) },
    };
  }
  const { concurrent } = limits;
  if (concurrent === undefined || running < concurrent) return undefined;
  return {
    message: `the limit is ${concurrent} requests at once, and ${running} run now. Try again when one has ended`,
    violated: { policy: policyOf.concurrent(concurrent), left: 0, resetSeconds: runningSeconds },
  };
}
