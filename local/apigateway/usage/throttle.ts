import { TokenBucket } from 'limiter';

/** API Gateway's limits for an account and Region, which hold where only one of rate and burst is set. */
const accountLimits = { rate: 10_000, burst: 5_000 };

/**
 * A token bucket: `burst` requests at once, `rate` more per second. It starts full.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export class Throttle {
  /** Undefined lets nothing through: `limiter` takes a size or rate of 0 for no limit, API Gateway for a closed door. */
  readonly #bucket: TokenBucket | undefined;

  constructor(rate: number = accountLimits.rate, burst: number = accountLimits.burst) {
    if (rate <= 0 || burst < 1) return;
    this.#bucket = new TokenBucket({ bucketSize: burst, tokensPerInterval: rate, interval: 'second' });
    // The library's bucket starts empty.
    this.#bucket.content = burst;
  }

  /** Takes a token, if there is one. */
  tryTake(): boolean {
    return this.#bucket?.tryRemoveTokens(1) ?? false;
  }
}
