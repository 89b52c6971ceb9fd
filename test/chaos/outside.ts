import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { stripeClient } from '../../core/billing/export/stripe/stripe-client.ts';
import { RollupStore } from '../../core/metering/close/rollup-store.ts';
import { billingAccess } from '../../functions/billing-access.ts';
import type { MeteredRecord } from '../../local/marketplace/record-log.ts';
import { type FakeStripe, fakeStripe } from '../fakes/stripe/fake-stripe.ts';
import { startMarketplace } from '../local/marketplace/start-marketplace.ts';
import { chaosBooks } from './chaos-books.ts';
import type { Remotes } from './watched-exporters.ts';

/** The systems that are told what tenants used, at a time that the worlds set. */
export interface Outside {
  readonly clock: { now: Date };
  readonly stripe: FakeStripe;
  readonly remotes: Remotes;
  /** What a meter has counted for a customer on the day of the histories. */
  stripeTotal(meter: 'requests' | 'items', customer: string): Promise<number>;
  /** What counts at the Marketplace. */
  recorded(): readonly MeteredRecord[];
  stop(): Promise<void>;
}

/** Starts them, and publishes the price book that invoices are made by. */
export async function startOutside(client: DynamoDB): Promise<Outside> {
  const marketplace = await startMarketplace();
  const { clock } = marketplace;
  const stripe = await fakeStripe({ now: () => clock.now });
  const ids = {
    requests: stripe.addMeter({ eventName: 'requests', formula: 'sum', window: 'hour' }).id,
    items: stripe.addMeter({ eventName: 'items', formula: 'sum', window: 'hour' }).id,
  };
  const published = new Date('2026-11-01T00:00:00.000Z');
  const rollups = new RollupStore(client, 'rollups');
  const { prices } = billingAccess(client, 'billing', { rollups, stage: 'chaos', now: () => published });
  for (const { book } of chaosBooks) await prices.publish(book);

  const { region, endpoint, credentials } = marketplace.client.config;
  const { protocol, hostname, port = 80 } = (await endpoint?.()) ?? { protocol: '', hostname: '' };
  const { accessKeyId, secretAccessKey } = await credentials();
  const reader = stripeClient(stripe.apiKey, stripe.url);
  const day = Date.parse('2026-11-22T00:00:00.000Z') / 1000;
  return {
    clock,
    stripe,
    remotes: {
      stripe: { url: stripe.url, apiKey: stripe.apiKey },
      marketplace: {
        region: await region(),
        endpoint: `${protocol}//${hostname}:${port}`,
        credentials: { accessKeyId, secretAccessKey },
      },
    },
    stripeTotal: async (meter, customer) => {
      const { data } = await reader.billing.meters.listEventSummaries(ids[meter], {
        customer,
        start_time: day,
        end_time: day + 2 * 86_400,
      });
      return data.reduce((sum, { aggregated_value }) => sum + aggregated_value, 0);
    },
    recorded: () => marketplace.recorded(),
    stop: async () => {
      await stripe.close();
      await marketplace.stop();
    },
  };
}
