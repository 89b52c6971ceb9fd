import { randomUUID } from 'node:crypto';
import { AwsError } from '../endpoint/aws-call.ts';
import type { FunctionPool } from './function-pool.ts';

/** A throttled event is tried again for six hours, with pauses that grow up to five minutes. */
const ageMsMax = 6 * 60 * 60 * 1000;
const pauseMsMin = 1000;
const pauseMsMax = 5 * 60 * 1000;

/**
 * Asynchronous invocations: answered at once, run later, and after an error run again.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class EventQueue {
  readonly #retryDelaysMs: readonly number[];
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  /** @param retryDelaysMs the pause before each further attempt after an error of the function */
  constructor(retryDelaysMs: readonly number[] = [60_000, 120_000]) {
    this.#retryDelaysMs = retryDelaysMs;
  }

  /** Takes an event. Returns the request id, which every attempt carries. */
  add(pool: FunctionPool, payload: Buffer, invokedArn: string): string {
    const requestId = randomUUID();
    const receivedAt = Date.now();
    const attempt = async (failed: number, pauseMs: number): Promise<void> => {
      try {
        const { functionError } = await pool.invoke(payload, invokedArn, requestId);
        const delay = this.#retryDelaysMs[failed];
        if (functionError !== undefined && delay !== undefined)
          this.#later(delay, () => attempt(failed + 1, pauseMsMin));
      } catch (error) {
        // Refused before the function ran: throttled, or the local cloud is stopping, which #later knows.
        if (!(error instanceof AwsError)) throw error;
        if (Date.now() - receivedAt < ageMsMax) {
          this.#later(pauseMs, () => attempt(failed, Math.min(pauseMs * 2, pauseMsMax)));
        }
      }
    };
    this.#later(0, () => attempt(0, pauseMsMin));
    return requestId;
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #later(delayMs: number, act: () => Promise<void>): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void act();
    }, delayMs);
    this.#timers.add(timer);
  }
}
