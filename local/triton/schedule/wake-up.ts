/**
 * Calls back once after some microseconds, more exactly than `setTimeout` with its milliseconds: what is left below one is waited for
 * in the event loop itself, which goes on serving meanwhile.
 */
export class WakeUp {
  readonly #nowUs: () => number;
  #timer: NodeJS.Timeout | undefined;
  #poll: NodeJS.Immediate | undefined;

  constructor(nowUs: () => number) {
    this.#nowUs = nowUs;
  }

  /** Replaces what was set before. */
  set(delayUs: number, callback: () => void): void {
    this.clear();
    const atUs = this.#nowUs() + delayUs;
    const poll = (): void => {
      if (this.#nowUs() >= atUs) {
        this.clear();
        callback();
      } else {
        this.#poll = setImmediate(poll);
      }
    };
    const wholeMs = Math.floor(delayUs / 1000);
    // A timer may be late, never early; below two milliseconds it would be late by about as much as is waited.
    if (wholeMs < 2) poll();
    else this.#timer = setTimeout(poll, wholeMs - 1);
  }

  clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#poll);
    this.#timer = undefined;
    this.#poll = undefined;
  }
}
