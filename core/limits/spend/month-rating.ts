import type { Currency } from '../../billing/money/currency.ts';
import { priceAt } from '../../billing/price-book/price-at.ts';
import type { Price, PriceBook, Terms } from '../../billing/price-book/price-book.ts';
import type { PublishedPriceBook } from '../../billing/price-book/published-price-book.ts';
import { rate } from '../../billing/rating/rate.ts';
import { termsAmounts } from '../../billing/rating/terms-amounts.ts';
import { UsageByPrice } from '../../billing/rating/usage-by-price.ts';
import type { RollupRow } from '../../metering/rollup.ts';
import { UnknownPriceBookError } from './unknown-price-book.ts';

/** How much was used at each price, by the key that the price has in invoices: `2026-11/pro/prices[1]`. */
export type PriceQuantities = ReadonlyMap<string, number>;

/** What a tenant's usage of a month costs: what an invoice of the month would charge for it, to the minor unit, by the same rating. */
export class MonthRating {
  readonly currency: Currency;
  readonly #books: readonly PublishedPriceBook[];
  readonly #byVersion: ReadonlyMap<string, PriceBook>;
  readonly #terms: Terms;
  readonly #prices = new Map<string, Price>();

  /**
   * @param books all, in the order in which they were published
   * @param terms of the tenant's plan
   */
  constructor(books: readonly PublishedPriceBook[], currency: Currency, terms: Terms) {
    this.#books = books;
    this.#byVersion = new Map(books.map(({ book }) => [book.version, book]));
    this.currency = currency;
    this.#terms = terms;
  }

  /**
   * What was used at each price.
   *
   * @throws UnknownPriceBookError
   */
  quantities(uses: Iterable<{ readonly hour: string; readonly rows: readonly RollupRow[] }>): PriceQuantities {
    const usage = new UsageByPrice(this.#books, () => '');
    for (const use of uses) {
      for (const { priceBook } of use.rows) if (priceBook !== undefined) this.#book(priceBook);
      usage.add(use);
    }
    return new Map(usage.usage().map(({ key, quantities }) => [key, Number(quantities.get('') ?? 0n)]));
  }

  /**
   * What so much at one price costs, in minor units: a line of the invoice.
   *
   * @throws UnknownPriceBookError
   */
  line(key: string, quantity: number): bigint {
    const quantities = new Map([['', BigInt(Math.max(0, quantity))]]);
    return rate({ price: this.#price(key), quantities }, this.currency).amount;
  }

  /**
   * The most that any quantity from `low` to `high` costs at one price. That is what `high` costs, but where volume makes it cheaper: then
   * a tier may end in between, at which it cost more.
   */
  lineMax(key: string, low: number, high: number): bigint {
    const { charge, included } = this.#price(key);
    const most = this.line(key, high);
    if (charge.kind !== 'volume') return most;
    const ends = charge.tiers.flatMap(({ upTo }) => (upTo === undefined ? [] : [included + upTo * (charge.size ?? 1)]));
    return [low, ...ends.filter((end) => end >= low && end <= high)]
      .map((quantity) => this.line(key, quantity))
      .reduce((max, cost) => (cost > max ? cost : max), most);
  }

  /**
   * What usage costs whose lines add up to so much: more, above a commitment that has an overage factor. What a commitment or a minimum
   * adds to a month with less usage is owed without any, and not part of it.
   */
  withOverage(lines: bigint): bigint {
    return lines + termsAmounts(this.#terms, lines, this.currency).overage;
  }

  /** What all of it costs. */
  spent(quantities: PriceQuantities): bigint {
    let lines = 0n;
    for (const [key, quantity] of quantities) lines += this.line(key, quantity);
    return this.withOverage(lines);
  }

  #price(key: string): Price {
    const known = this.#prices.get(key);
    if (known !== undefined) return known;
    const [version = '', , place = ''] = key.split('/');
    const price = priceAt(this.#book(version), place);
    if (price === undefined) throw new Error(`no price book has the price ${key}`);
    this.#prices.set(key, price);
    return price;
  }

  #book(version: string): PriceBook {
    const known = this.#byVersion.get(version);
    if (known === undefined) throw new UnknownPriceBookError(version);
    return known;
  }
}
