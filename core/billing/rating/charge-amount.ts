import { picoUnits } from '../money/pico-units.ts';
import type { Charge } from '../price-book/price-book.ts';

/** A part of a quantity that one price applies to. */
export interface ChargeStep {
  /** Units, or packages of `size` units. */
  readonly quantity: bigint;
  /** Units in a package; absent: single units. */
  readonly size?: number;
  /** For one, as the price book has it. */
  readonly price: string;
  /** Exact, in 10^-12 of the currency. */
  readonly amount: bigint;
}

/**
 * What a quantity costs, exactly: every product and every sum is one of integers. The steps add up to the amount.
 *
 * Graduated and volume are what Kill Bill calls the policies ALL_TIERS and TOP_TIER, `size` is the size of its blocks.
 *
 * @param quantity billable units of a whole month, not negative; a charge is never the sum of those for its parts
 * @see https://docs.killbill.io/latest/userguide_subscription#components-catalog-usage
 */
export function chargeAmount(
  charge: Charge,
  quantity: bigint,
): { readonly exact: bigint; readonly steps: readonly ChargeStep[] } {
  const size = 'size' in charge ? charge.size : undefined;
  const count = size === undefined ? quantity : (quantity + BigInt(size) - 1n) / BigInt(size);
  const steps = parts(charge, count)
    .filter((part) => part.quantity > 0n)
    .map((part) => ({
      ...part,
      ...(size === undefined ? {} : { size }),
      amount: part.quantity * picoUnits(part.price),
    }));
  return { exact: steps.reduce((sum, { amount }) => sum + amount, 0n), steps };
}

type Part = Pick<ChargeStep, 'quantity' | 'price'>;

function parts(charge: Charge, count: bigint): readonly Part[] {
  switch (charge.kind) {
    case 'flat':
    case 'package':
      return [{ quantity: count, price: charge.price }];
    case 'volume': {
      const reached = charge.tiers.find(({ upTo }) => upTo === undefined || count <= BigInt(upTo));
      return reached === undefined ? [] : [{ quantity: count, price: reached.price }];
    }
    case 'graduated': {
      let below = 0n;
      return charge.tiers.map(({ upTo, price }) => {
        const end = upTo === undefined || count < BigInt(upTo) ? count : BigInt(upTo);
        const quantity = end > below ? end - below : 0n;
        if (upTo !== undefined) below = BigInt(upTo);
        return { quantity, price };
      });
    }
  }
}
