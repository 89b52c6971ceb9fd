/** Tells long polls that there may be something for them. */
export class Arrivals {
  readonly #waiting = new Map<string, Set<() => void>>();
  #stopped = false;

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Waits until something arrives in the queue, for `ms` at the most, or until the signal or `stop` ends all waiting. */
  async wait(queue: string, ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#stopped || signal?.aborted) return;
    const waiting = this.#waiting.get(queue) ?? new Set();
    this.#waiting.set(queue, waiting);
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal?.addEventListener('abort', wake);
      waiting.add(wake);
    });
  }

  tell(queue: string): void {
    for (const wake of this.#waiting.get(queue) ?? []) wake();
  }

  /** Ends all waiting, now and later. */
  stop(): void {
    this.#stopped = true;
    for (const queue of this.#waiting.keys()) this.tell(queue);
  }
}
