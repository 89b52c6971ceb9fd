import type { HourRollup, RollupRow } from '../../metering/rollup.ts';
import { hourStart } from '../../metering/usage-hour.ts';
import { applicablePrices, type PlacedPrice } from '../price-book/applicable-prices.ts';
import { bookForHour } from '../price-book/book-for-hour.ts';
import type { PriceBook } from '../price-book/price-book.ts';
import type { PublishedPriceBook } from '../price-book/published-price-book.ts';

/** What was used at one price of one book by tenants of one plan. */
export interface PricedUsage extends PlacedPrice {
  /** The same for the same price, whenever it is added up: `2026-11/pro/prices[1]`. */
  readonly key: string;
  readonly book: PriceBook;
  readonly plan: string;
  /** By the label that each row was given; the sum of them is what was used. */
  readonly quantities: ReadonlyMap<string, bigint>;
}

type Growing = Omit<PricedUsage, 'quantities'> & { readonly quantities: Map<string, bigint> };

/** Adds up closed hours by the prices that apply to them, in any order. */
export class UsageByPrice {
  readonly #books: readonly PublishedPriceBook[];
  readonly #labelOf: (row: RollupRow, hour: string) => string;
  readonly #byKey = new Map<string, Growing>();
  #unpricedRequests = 0n;

  /**
   * @param books in the order in which they were published
   * @param labelOf what to tell apart in the usage of one price
   */
  constructor(books: readonly PublishedPriceBook[], labelOf: (row: RollupRow, hour: string) => string) {
    this.#books = books;
    this.#labelOf = labelOf;
  }

  add({ hour, rows }: Pick<HourRollup, 'hour' | 'rows'>): void {
    const begin = hourStart(hour);
    for (const row of rows) {
      const book = bookForHour(this.#books, begin, row.priceBook);
      if (book === undefined) {
        this.#unpricedRequests += BigInt(row.units.requests);
        continue;
      }
      for (const placed of applicablePrices(book, row.plan, row.model, row.hardware)) {
        const quantity = BigInt(row.units[placed.price.unit]);
        if (quantity > 0n)
          this.#count(
            { key: `${book.version}/${row.plan}/${placed.place}`, book, plan: row.plan, ...placed },
            this.#labelOf(row, hour),
            quantity,
          );
      }
    }
  }

  /** Sorted by book, plan and the place of the price in the book. */
  usage(): readonly PricedUsage[] {
    const inOrder = new Intl.Collator('en', { numeric: true });
    return [...this.#byKey.values()].sort((a, b) => inOrder.compare(a.key, b.key));
  }

  /** Requests of hours for which no price book was valid. They cost nothing. */
  get unpricedRequests(): bigint {
    return this.#unpricedRequests;
  }

  #count(priced: Omit<PricedUsage, 'quantities'>, label: string, quantity: bigint): void {
    let growing = this.#byKey.get(priced.key);
    if (growing === undefined) {
      growing = { ...priced, quantities: new Map() };
      this.#byKey.set(priced.key, growing);
    }
    growing.quantities.set(label, (growing.quantities.get(label) ?? 0n) + quantity);
  }
}
