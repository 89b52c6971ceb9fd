import type { Currency } from '../money/currency.ts';
import { picoUnits } from '../money/pico-units.ts';
import type { Terms } from '../price-book/price-book.ts';

/** What a month's terms add to its usage, in minor units; none of them negative. */
export interface TermsAmounts {
  readonly overage: bigint;
  readonly trueUp: bigint;
  readonly minimum: bigint;
}

/**
 * Applies commitment and minimum to a month's usage. Above the commitment the month costs
 * `commitment + (usage - commitment) * overageFactor`; below it, with true-up, the commitment. The minimum looks at what that gives.
 *
 * @param usage sum of the rounded lines, in minor units
 * @see https://docs.flexprice.io/docs/subscriptions/reservation-discount
 */
export function termsAmounts({ commitment, minimum }: Terms, usage: bigint, currency: Currency): TermsAmounts {
  let overage = 0n;
  let trueUp = 0n;
  if (commitment !== undefined) {
    const excess = usage - currency.minor(commitment.amount);
    if (excess > 0n) {
      const minorInPico = 10n ** BigInt(12 - currency.digits);
      // What is cut off below 10^-12 cannot reach a half of the minor unit, so the rounding sees what it must.
      overage = currency.round(
        (excess * minorInPico * (picoUnits(commitment.overageFactor) - 10n ** 12n)) / 10n ** 12n,
      );
    } else if (commitment.trueUp) {
      trueUp = -excess;
    }
  }
  const least = minimum === undefined ? 0n : currency.minor(minimum);
  const sum = usage + overage + trueUp;
  return { overage, trueUp, minimum: least > sum ? least - sum : 0n };
}
