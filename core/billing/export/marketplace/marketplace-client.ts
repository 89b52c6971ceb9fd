import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';

const timeoutMs = 8000;

/** Longer than a call takes. */
export const marketplaceCallMsMax = timeoutMs + 2000;

/**
 * The Marketplace, asked once at a time: when a call has no answer and the SDK's own repetition of it is refused, nobody would know any
 * more that the first may have counted. The outbox repeats instead.
 */
export const marketplaceClient = (): MarketplaceMeteringClient =>
  new MarketplaceMeteringClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1000, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
  });
