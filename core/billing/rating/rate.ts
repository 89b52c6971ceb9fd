import type { Currency } from '../money/currency.ts';
import { splitAmount } from '../money/split-amount.ts';
import { type ChargeStep, chargeAmount } from './charge-amount.ts';
import type { PricedUsage } from './usage-by-price.ts';

/** What usage at one price costs. */
export interface RatedUsage {
  readonly quantity: bigint;
  /** Of these, what the price includes at no cost. */
  readonly included: bigint;
  readonly steps: readonly ChargeStep[];
  /** In 10^-12 of the currency. */
  readonly exact: bigint;
  /** In minor units: `exact`, rounded once. */
  readonly amount: bigint;
  /** The shares of the labels, which add up to `quantity` and to `amount`. Sorted by label. */
  readonly parts: readonly { readonly label: string; readonly quantity: bigint; readonly amount: bigint }[];
}

/** Rates what was used at one price in a month. It depends on the sums alone: not on hours, keys or the order in which they came. */
export function rate({ price, quantities }: Pick<PricedUsage, 'price' | 'quantities'>, currency: Currency): RatedUsage {
  const labels = [...quantities].sort(([a], [b]) => (a < b ? -1 : 1));
  const quantity = labels.reduce((sum, [, each]) => sum + each, 0n);
  const includedMax = BigInt(price.included);
  const included = quantity < includedMax ? quantity : includedMax;
  const { exact, steps } = chargeAmount(price.charge, quantity - included);
  const amount = currency.round(exact);
  const shares = splitAmount(
    amount,
    labels.map(([, each]) => each),
  );
  return {
    quantity,
    included,
    steps,
    exact,
    amount,
    parts: labels.map(([label, each], index) => ({ label, quantity: each, amount: shares[index] as bigint })),
  };
}
