/**
 * Measures the stages of a call for the `Server-Timing` header.
 *
 * @see https://www.w3.org/TR/server-timing/
 */
export class ServerTiming {
  readonly #stages: string[] = [];
  #last = performance.now();

  /** Ends a stage that began where the last one ended, less `otherMs` that are reported elsewhere. */
  end(stage: string, otherMs = 0): void {
    const now = performance.now();
    this.add(stage, Math.max(0, now - this.#last - otherMs));
    this.#last = now;
  }

  /** Reports a stage measured elsewhere, in milliseconds. */
  add(stage: string, ms: number): void {
    this.#stages.push(`${stage};dur=${ms.toFixed(2)}`);
  }

  toString(): string {
    return this.#stages.join(', ');
  }
}
