import { createHash } from 'node:crypto';
import { ConflictError, NotFoundError, TooLargeError } from '../../api/maas-error.ts';
import type { DynamoDBPriceBooks } from './dynamodb-price-books.ts';
import type { PriceBook } from './price-book.ts';
import type { PublishedPriceBook } from './published-price-book.ts';

/** DynamoDB's items have 400 kB at most. */
const textBytesMax = 380_000;

/** A price book as lists show it. */
export interface PriceBookSummary {
  readonly version: string;
  readonly currency: string;
  readonly validFrom: string;
  readonly publishedAt: string;
  readonly sha256: string;
  /** Whether usage events name it from now on. */
  readonly current: boolean;
}

/** Publishes price books and shows them. A published one never changes; its successor takes another version. */
export class PriceBooks {
  readonly #store: DynamoDBPriceBooks;
  readonly #now: () => Date;

  constructor(store: DynamoDBPriceBooks, now: () => Date) {
    this.#store = store;
    this.#now = now;
  }

  /**
   * Publishes a book that has been checked. Repeating it with the same content is a success, and finishes what died half way.
   *
   * @throws ConflictError when the version has other content, was superseded, or the currency is not that of the books before it
   * @throws TooLargeError above 380 kB
   */
  async publish(book: PriceBook): Promise<PriceBookSummary> {
    const { $schema: _, ...content } = book;
    const text = JSON.stringify(content);
    if (Buffer.byteLength(text) > textBytesMax) {
      throw new TooLargeError(`the price book has ${Buffer.byteLength(text)} bytes; it may have ${textBytesMax}`);
    }
    const sha256 = createHash('sha256').update(text).digest('hex');
    const currency = (await this.#store.list())[0]?.book.currency ?? book.currency;
    if (currency !== book.currency) {
      throw new ConflictError(
        `the currency is ${book.currency}, but the price books before it have ${currency}, and an invoice has one currency`,
      );
    }
    await this.#store.add(book.version, text, sha256, this.#now().toISOString());
    const books = await this.#store.list();
    const stored = books.find((each) => each.book.version === book.version);
    if (stored === undefined) throw new Error(`price book ${book.version} was stored and is not there`);
    if (stored.sha256 !== sha256) {
      throw new ConflictError(
        `price book ${book.version} was published with other content on ${stored.publishedAt}, for good; give this one another version`,
      );
    }
    const newest = books.at(-1);
    if (newest !== undefined && newest !== stored) {
      throw new ConflictError(
        `price book ${book.version} was superseded by ${newest.book.version}; to return to its prices, publish them under another version`,
      );
    }
    await this.#store.setCurrent(book.version, stored.publishedAt);
    return summary(stored, true);
  }

  /** All price books, the newest first. */
  async list(): Promise<readonly PriceBookSummary[]> {
    const books = await this.#store.list();
    return books.map((each, index) => summary(each, index === books.length - 1)).reverse();
  }

  /** All price books whole, in the order in which they were published. */
  all(): Promise<readonly PublishedPriceBook[]> {
    return this.#store.list();
  }

  /** @throws NotFoundError when there is none of this version */
  async show(version: string): Promise<PriceBookSummary & { readonly book: PriceBook }> {
    const books = await this.#store.list();
    const found = books.find(({ book }) => book.version === version);
    if (found === undefined) throw new NotFoundError(`there is no price book ${JSON.stringify(version.slice(0, 100))}`);
    return { ...summary(found, found === books.at(-1)), book: found.book };
  }
}

const summary = ({ book, publishedAt, sha256 }: PublishedPriceBook, current: boolean): PriceBookSummary => ({
  version: book.version,
  currency: book.currency,
  validFrom: book.validFrom,
  publishedAt,
  sha256,
  current,
});
