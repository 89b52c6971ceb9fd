import { MaasError } from '../api/maas-error.ts';
import { type Remainder, rateLimitHeaders, remaining } from './rate-limit-headers.ts';

/**
 * 429: a limit of ours is reached. Its code names the policy, `images-per-month-exceeded`, and its headers tell of all the limits; nothing
 * was run, and nothing is billed.
 */
export class LimitExceededError extends MaasError {
  /**
   * @param message says the limit, what is used of it, and when to try again
   * @param violated with the seconds after which it is worth it
   * @param remainders of all limits that the tenant has
   */
  constructor(
    message: string,
    violated: Remainder & { readonly resetSeconds: number },
    remainders: readonly Remainder[],
  ) {
    super(`${violated.policy.name}-exceeded`, 429, message, {
      retryAfterSeconds: violated.resetSeconds,
      headers: { ...rateLimitHeaders(remainders), ratelimit: remaining(violated) },
    });
  }
}
