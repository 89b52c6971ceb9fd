/** So long may a secret that was changed go on counting, and so seldom is it asked for, whoever calls how often. */
const keptMs = 60_000;

/** A secret that is read at most once a minute. */
export class CachedSecret {
  readonly #read: () => Promise<string | undefined>;
  readonly #nowMs: () => number;
  #value: Promise<string | undefined> | undefined;
  #readAtMs = 0;

  /** @param read gives undefined when the secret was never set */
  constructor(read: () => Promise<string | undefined>, nowMs: () => number) {
    this.#read = read;
    this.#nowMs = nowMs;
  }

  async get(): Promise<string | undefined> {
    const nowMs = this.#nowMs();
    if (this.#value === undefined || nowMs - this.#readAtMs >= keptMs) {
      this.#readAtMs = nowMs;
      this.#value = this.#read();
      // A failed reading is answered to all who waited for it, and not kept.
      this.#value.catch(() => {
        this.#value = undefined;
      });
    }
    return this.#value;
  }
}
