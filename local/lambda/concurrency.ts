import { AwsError } from '../endpoint/aws-call.ts';

/** Refused for want of concurrency: status 429, with the limit that was met as its reason. */
export class TooManyRequestsError extends AwsError {
  readonly reason: string;

  constructor(reason: string) {
    super('TooManyRequestsException', 429, 'Rate Exceeded.');
    this.reason = reason;
  }
}

/** How many invocations may be in flight at once, whether they run or wait for an instance to start. */
export class Concurrency {
  readonly max: number;
  readonly #reason: string;
  #inFlight = 0;

  constructor(
    max: number,
    reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' | 'ConcurrentInvocationLimitExceeded',
  ) {
    this.max = max;
    this.#reason = reason;
  }

  /** @throws TooManyRequestsError */
  enter(): void {
    if (this.#inFlight >= this.max) throw new TooManyRequestsError(this.#reason);
    this.#inFlight++;
  }

  leave(): void {
    this.#inFlight--;
  }
}
