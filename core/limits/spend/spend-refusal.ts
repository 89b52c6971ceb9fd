import type { Refusal } from '../gate.ts';
import type { Month } from '../month.ts';
import { runningSeconds } from '../month-refusal.ts';
import type { MonthState } from '../month-state.ts';
import { policyOf } from '../policy-of.ts';
import { heldOf } from './held-of.ts';
import type { PriceQuantities } from './month-rating.ts';
import { spendBounds } from './spend-bounds.ts';
import type { RequestSpend } from './spending.ts';

/** A refusal by the spend limit. */
export interface SpendRefusal extends Refusal {
  /** Whether it would be let in if what runs now failed. */
  readonly passing: boolean;
}

/**
 * Why a request finds no room within the spend limit.
 *
 * @returns undefined when it does, by this state
 */
export function spendRefusal(
  { limit, rating, wanted }: RequestSpend,
  month: Month,
  { spending, reservations }: MonthState,
  now: Date,
): SpendRefusal | undefined {
  if (spending === undefined) return undefined;
  const { currency } = rating;
  const [used, held, most] = [spending.prices, heldOf(reservations), BigInt(limit.minor)];
  if (spendBounds(rating, { used, held }, wanted, most) !== undefined) return undefined;
  const settled = sum(used, held, -1);
  const passing = spendBounds(rating, { used: settled, held: new Map() }, wanted, most) !== undefined;
  const spent = rating.spent(used);
  const cost = rating.spent(sum(used, wanted, 1)) - spent;
  const policy = policyOf.spend(limit, month);
  const left = Number(spent < most ? most - spent : 0n);
  const money = (minor: bigint): string => `${currency.text(minor)} ${currency.code}`;
  const says = `the spend limit is ${money(most)} a month, and ${money(spent)} are spent${passing ? ' or set aside for requests that run now' : ''}; this request costs ${money(cost)}`;
  return {
    passing,
    message: passing
      ? `${says}. Try again in a moment: what fails gives its share back`
      : `${says}. It is renewed at ${new Date(month.endMs).toISOString()}`,
    violated: {
      policy,
      left,
      resetSeconds: passing ? runningSeconds : Math.max(1, Math.ceil((month.endMs - now.getTime()) / 1000)),
    },
  };
}

function sum(a: PriceQuantities, b: PriceQuantities, sign: 1 | -1): PriceQuantities {
  const sums = new Map(a);
  for (const [key, quantity] of b) sums.set(key, Math.max(0, (sums.get(key) ?? 0) + sign * quantity));
  return sums;
}
