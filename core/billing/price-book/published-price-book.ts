import type { PriceBook } from './price-book.ts';

/** A price book as it was published, for good. */
export interface PublishedPriceBook {
  readonly book: PriceBook;
  /** RFC 3339 with milliseconds. */
  readonly publishedAt: string;
  /** SHA-256 of the book, in hexadecimal. */
  readonly sha256: string;
}
