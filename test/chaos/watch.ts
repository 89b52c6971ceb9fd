/** Asked whether to go on: at the n-th call, of this kind. */
export type Reached = (call: number, when: 'before' | 'after', kind: string) => void | Promise<void>;

/** Asks at each call that it is told of, before it is made and when it has been carried out, whether to go on. */
export class Watch {
  readonly #reached: Reached;
  #calls = 0;

  constructor(reached: Reached) {
    this.#reached = reached;
  }

  /** @param kind `PutItem`, `stripe`, … */
  async call<Result>(kind: string, make: () => Promise<Result>): Promise<Result> {
    this.#calls += 1;
    const call = this.#calls;
    await this.#reached(call, 'before', kind);
    const result = await make();
    await this.#reached(call, 'after', kind);
    return result;
  }
}
