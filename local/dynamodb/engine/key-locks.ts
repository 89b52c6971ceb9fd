/** Lets one piece of work at a time have a key. */
export class KeyLocks {
  readonly #tails = new Map<string, Promise<void>>();
  /** That transactions have, or wait for. */
  readonly #inTransaction = new Set<string>();

  /** Whether a transaction has a key, or waits for it. */
  isInTransaction(key: string): boolean {
    return this.#inTransaction.has(key);
  }

  /** As `hold`, and the keys are a transaction's meanwhile. @param keys none of which may be in another */
  async holdForTransaction<Result>(keys: readonly string[], work: () => Promise<Result>): Promise<Result> {
    for (const key of keys) {
      this.#inTransaction.add(key);
    }
    try {
      return await this.hold(keys, work);
    } finally {
      for (const key of keys) {
        this.#inTransaction.delete(key);
      }
    }
  }

  /**
   * Runs work once it has all of its keys. It queues for all of them in the same tick, so that whoever comes first at one key comes
   * first at every key, and no two wait for each other.
   *
   * @param keys all different
   */
  async hold<Result>(keys: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const { promise: done, resolve: release } = Promise.withResolvers<void>();
    const before = keys.flatMap((key) => this.#tails.get(key) ?? []);
    for (const key of keys) {
      this.#tails.set(key, done);
    }
    await Promise.all(before);
    try {
      return await work();
    } finally {
      for (const key of keys) {
        if (this.#tails.get(key) === done) {
          this.#tails.delete(key);
        }
      }
      release();
    }
  }
}
