import type { PublishedPriceBook } from '../../billing/price-book/published-price-book.ts';

/** How long a list may be kept that nobody says to be incomplete. */
const ageMsMax = 60_000;

/** The price books, which never change once they are published: read again only when there is a new one. */
export class CachedPriceBooks {
  readonly #books: { list(): Promise<readonly PublishedPriceBook[]> };
  readonly #monotonicMs: () => number;
  #kept: { readonly books: Promise<readonly PublishedPriceBook[]>; readonly atMs: number } | undefined;

  /** @param monotonicMs milliseconds of a clock that never goes back */
  constructor(books: { list(): Promise<readonly PublishedPriceBook[]> }, monotonicMs: () => number) {
    this.#books = books;
    this.#monotonicMs = monotonicMs;
  }

  /**
   * All books, in the order in which they were published.
   *
   * @param newest version of the newest one, as far as the caller knows; it is among them
   */
  async all(newest: string | undefined): Promise<readonly PublishedPriceBook[]> {
    const kept = this.#kept;
    if (kept !== undefined) {
      const books = await kept.books;
      const complete =
        newest === undefined
          ? books.length > 0 && this.#monotonicMs() - kept.atMs < ageMsMax
          : books.some(({ book }) => book.version === newest);
      if (complete) return books;
      // Somebody else asks already.
      if (this.#kept !== kept && this.#kept !== undefined) return this.#kept.books;
    }
    const books = this.#books.list();
    const asked = { books, atMs: this.#monotonicMs() };
    this.#kept = asked;
    books.catch(() => {
      if (this.#kept === asked) this.#kept = undefined;
    });
    return books;
  }
}
