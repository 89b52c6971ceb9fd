/** How long a refusal is remembered, in milliseconds: as long as the gateway remembers ours. */
const rememberedMs = 60_000;
/** At about 200 bytes each, 2 MB. */
const entriesMax = 10_000;

/**
 * Keys refused lately, by digest, so that somebody who hammers us with a key that does not work costs one read a minute. Holds
 * only refusals that cannot turn into an acceptance: unknown, wrong, revoked and expired keys stay so.
 */
export class DeniedKeys {
  readonly #until = new Map<string, number>();

  has(digest: string, now: Date): boolean {
    const until = this.#until.get(digest);
    return until !== undefined && until > now.getTime();
  }

  add(digest: string, now: Date): void {
    // Deleted first, so that insertion order stays expiry order and the first entry is the one to drop.
    this.#until.delete(digest);
    this.#until.set(digest, now.getTime() + rememberedMs);
    if (this.#until.size > entriesMax) {
      for (const oldest of this.#until.keys()) {
        this.#until.delete(oldest);
        break;
      }
    }
  }
}
