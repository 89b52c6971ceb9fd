import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';

/**
 * The Marketplace, asked once at a time: when a call has no answer and the SDK's own repetition of it is refused, nobody would know any
 * more that the first may have counted. The outbox repeats instead.
 */
export const marketplaceClient = (): MarketplaceMeteringClient => new MarketplaceMeteringClient({ maxAttempts: 1 });
