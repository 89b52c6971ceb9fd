/** Lets long pieces of work on the main thread take turns with everything else that it does: one an iteration of the event loop. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => T): Promise<T> {
    const turn = this.#last.then(() => new Promise<void>((resolve) => setImmediate(resolve))).then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
