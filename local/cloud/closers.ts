/** What has been started and is to be stopped in reverse order, be it at the end or when a later step of the start fails. */
export class Closers {
  readonly #stack: (() => void | Promise<void>)[] = [];

  add(close: () => void | Promise<void>): void {
    this.#stack.push(close);
  }

  /** Runs each once, the last added first. One that fails does not keep the others from running; the first error is thrown at the end. */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (let close = this.#stack.pop(); close !== undefined; close = this.#stack.pop()) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new Error('the local cloud did not stop cleanly', { cause: errors[0] });
  }
}
