import { StripeRefusal } from './stripe-refusal.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const keyMsMax = 86_400_000;

/** Carries out what has an `Idempotency-Key` once; the rules stand in README.md. */
export class IdempotentAnswers {
  readonly #stored = new Map<string, { readonly parameters: string; readonly at: number; answer?: Answer }>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  async once(key: string | string[] | undefined, parameters: string, act: () => Promise<Answer>): Promise<Answer> {
    if (typeof key !== 'string') return act();
    const at = this.#now().getTime();
    const stored = this.#stored.get(key);
    if (stored !== undefined && at - stored.at < keyMsMax) {
      if (stored.parameters !== parameters) {
        throw new StripeRefusal(400, `Keys for idempotent requests can only be used with the same parameters: ${key}`, {
          type: 'idempotency_error',
        });
      }
      if (stored.answer === undefined) {
        throw new StripeRefusal(409, `There is currently another in-progress request using this key: ${key}`, {
          type: 'idempotency_error',
          code: 'idempotency_key_in_use',
        });
      }
      return { ...stored.answer, headers: { ...stored.answer.headers, 'idempotent-replayed': 'true' } };
    }
    const entry: { parameters: string; at: number; answer?: Answer } = { parameters, at };
    this.#stored.set(key, entry);
    try {
      entry.answer = await act();
      return entry.answer;
    } catch (error) {
      this.#stored.delete(key);
      throw error;
    }
  }
}
