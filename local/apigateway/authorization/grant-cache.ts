import type { Grant } from './authorizer-answer.ts';

interface Entry {
  readonly grant: Promise<Grant>;
  /** Epoch milliseconds; infinite until the authorizer has answered. */
  expiresMs: number;
}

/** A flood of made-up keys must not fill the memory; who is pushed out is merely asked for again. */
const entriesMax = 10_000;

/** What the authorizers of one stage have answered, by a digest of who asked. Failures are not kept. */
export class GrantCache {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The kept answer, else the one that `ask` brings. Callers that come while it is asked share its answer. */
  get(
    key: string,
    ttlMs: number,
    ask: () => Promise<Grant>,
  ): { readonly grant: Promise<Grant>; readonly cached: boolean } {
    const known = this.#entries.get(key);
    if (known !== undefined && known.expiresMs > this.#now()) return { grant: known.grant, cached: true };
    const entry: Entry = { grant: ask(), expiresMs: Number.POSITIVE_INFINITY };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > entriesMax) this.#entries.delete(this.#entries.keys().next().value as string);
    entry.grant.then(
      () => {
        entry.expiresMs = this.#now() + ttlMs;
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
    return { grant: entry.grant, cached: false };
  }

  clear(): void {
    this.#entries.clear();
  }
}
