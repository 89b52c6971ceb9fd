import type { LineUsage } from '../invoice/invoice.ts';
import { picoUnits } from '../money/pico-units.ts';
import { splitAmount } from '../money/split-amount.ts';

/** A part of a line that has one price, and one label. */
export interface ChargeCell {
  readonly label: string;
  /** Units used. */
  readonly consumed: bigint;
  /** Units, or packages of `size` units. */
  readonly quantity: bigint;
  readonly size: number | undefined;
  /** From 1; 0 for what is included in the price at no cost. */
  readonly step: number;
  /** For one, in 10^-12; times `quantity` it is `exact`. */
  readonly unitPrice: bigint;
  readonly exact: bigint;
  /** Its share of the line's amount, in minor units. */
  readonly billed: bigint;
}

type Share = Pick<ChargeCell, 'label' | 'consumed'>;

/**
 * Divides a line of an invoice among the labels of its usage, in their order: the first get the units that are included, the next the
 * first tier, and so on. Quantities, costs and amounts add up to those of the line. Where usage has changed since the invoice, the
 * line's quantity is divided in proportion to what is known now.
 *
 * @param amount of the line, in minor units
 * @param quantities by label
 */
export function chargeCells(
  { quantity, included, steps }: LineUsage,
  amount: bigint,
  quantities: ReadonlyMap<string, bigint>,
): readonly ChargeCell[] {
  const shares = [...sharesOf(BigInt(quantity), quantities)];
  const prices = [{ units: BigInt(included), quantity: BigInt(included), size: undefined, price: '0', step: 0 }].concat(
    steps.map((step, index) => ({
      units: BigInt(step.quantity) * BigInt(step.size ?? 1),
      quantity: BigInt(step.quantity),
      size: step.size as undefined,
      price: step.price,
      step: index + 1,
    })),
  );
  const cells: Omit<ChargeCell, 'billed'>[] = prices.flatMap(({ units, quantity: count, size, price, step }) => {
    const taken = take(shares, units);
    // Started packages count as whole ones, so they are more than the units in them.
    const counts = splitAmount(
      count,
      taken.map(({ consumed }) => consumed),
    );
    return taken.map((share, index) => {
      const cellQuantity = counts[index] ?? 0n;
      const unitPrice = picoUnits(price);
      return { ...share, quantity: cellQuantity, size, step, unitPrice, exact: unitPrice * cellQuantity };
    });
  });
  const billed = splitAmount(
    amount,
    cells.map(({ exact }) => exact),
  );
  return cells.map((cell, index) => ({ ...cell, billed: billed[index] ?? 0n }));
}

function sharesOf(quantity: bigint, quantities: ReadonlyMap<string, bigint>): readonly Share[] {
  const known = [...quantities].sort(([a], [b]) => (a < b ? -1 : 1));
  if (known.every(([, each]) => each === 0n)) return [{ label: '', consumed: quantity }];
  const split = splitAmount(
    quantity,
    known.map(([, each]) => each),
  );
  return known.map(([label], index) => ({ label, consumed: split[index] ?? 0n }));
}

/** Takes units off the front. */
function take(shares: Share[], units: bigint): readonly Share[] {
  const taken: Share[] = [];
  let left = units;
  while (left > 0n) {
    const [first] = shares;
    if (first === undefined) break;
    const consumed = first.consumed < left ? first.consumed : left;
    if (consumed === first.consumed) shares.shift();
    else shares[0] = { label: first.label, consumed: first.consumed - consumed };
    if (consumed > 0n) taken.push({ label: first.label, consumed });
    left -= consumed;
  }
  return taken;
}
