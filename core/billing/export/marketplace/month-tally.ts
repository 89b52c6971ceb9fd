import type { MonthSums } from './marketplace-state.ts';

/** Sums by month and dimension that can be added to. */
export class MonthTally {
  readonly #sums: Map<string, Map<string, bigint>>;

  constructor(sums: MonthSums) {
    this.#sums = new Map(
      Object.entries(sums).map(([month, byDimension]) => [
        month,
        new Map(Object.entries(byDimension).map(([dimension, sum]) => [dimension, BigInt(sum)])),
      ]),
    );
  }

  add(month: string, dimension: string, quantity: bigint): void {
    const byDimension = this.#sums.get(month) ?? new Map<string, bigint>();
    byDimension.set(dimension, (byDimension.get(dimension) ?? 0n) + quantity);
    this.#sums.set(month, byDimension);
  }

  /** Of a month and all before it. */
  upTo(month: string, dimension: string): bigint {
    let total = 0n;
    for (const [each, byDimension] of this.#sums) if (each <= month) total += byDimension.get(dimension) ?? 0n;
    return total;
  }

  /** Of all months. */
  total(dimension: string): bigint {
    return this.upTo('9999', dimension);
  }

  sums(): MonthSums {
    return Object.fromEntries(
      [...this.#sums].map(([month, byDimension]) => [
        month,
        Object.fromEntries([...byDimension].map(([dimension, sum]) => [dimension, String(sum)])),
      ]),
    );
  }
}
