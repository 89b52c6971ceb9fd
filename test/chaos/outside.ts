import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { stripeClient } from '../../core/billing/export/stripe/stripe-client.ts';
import { RollupStore } from '../../core/metering/close/rollup-store.ts';
import { billingAccess } from '../../functions/billing-access.ts';
import type { MeteredRecord } from '../../local/marketplace/record-log.ts';
import { FakeOpenMeter } from '../fakes/openmeter/fake-openmeter.ts';
import { type FakeStripe, fakeStripe } from '../fakes/stripe/fake-stripe.ts';
import { startMarketplace } from '../local/marketplace/start-marketplace.ts';
import { startS3 } from '../local/s3/start-s3.ts';
import { chaosBooks } from './chaos-books.ts';
import type { LedgerPlace } from './ledger-place.ts';
import { type Trouble, type Troubled, troubles } from './troubles.ts';
import type { Remotes } from './watched-exporters.ts';

/** The ledger, and the systems that are told what tenants used, at a time that the worlds set. */
export interface Outside {
  readonly clock: { now: Date };
  readonly stripe: FakeStripe;
  readonly openMeter: FakeOpenMeter;
  readonly remotes: Remotes;
  readonly ledger: LedgerPlace;
  /** Something goes wrong with the next call that it can go wrong with. */
  trouble(which: Trouble): void;
  /** Nothing goes wrong any more. */
  recover(): void;
  /** What a meter has counted for a customer in the month of the histories. */
  stripeTotal(meter: 'requests' | 'items', customer: string): Promise<number>;
  /** What counts at the Marketplace. */
  recorded(): readonly MeteredRecord[];
  stop(): Promise<void>;
}

const token = 'a-token-of-openmeter';

/** Starts them, and publishes the price book that invoices are made by. */
export async function startOutside(client: DynamoDB): Promise<Outside> {
  const troubled: Pick<Troubled, 'failures' | 'unprocessed'> = { failures: [], unprocessed: [] };
  const faults = {
    failure: () => troubled.failures.shift(),
    unprocessed: () => troubled.unprocessed.shift() === true,
  };
  const marketplace = await startMarketplace({ faults });
  const { clock } = marketplace;
  const stripe = await fakeStripe({ now: () => clock.now });
  const openMeter = new FakeOpenMeter({ token, now: () => clock.now });
  const openMeterUrl = await openMeter.start();
  const s3 = await startS3();
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
  const reader = stripeClient(stripe.apiKey, stripe.url);
  return {
    clock,
    stripe,
    openMeter,
    remotes: {
      openMeter: { url: openMeterUrl, token },
      stripe: { url: stripe.url, apiKey: stripe.apiKey },
      marketplace: {
        region: await region(),
        endpoint: `${protocol}//${hostname}:${port}`,
        credentials: keysOf(await credentials()),
      },
    },
    ledger: {
      endpoint: s3.url,
      region: s3.region,
      credentials: keysOf(s3.credentials.operator),
      bucket: await s3.bucket('ledger'),
    },
    trouble: (which) => void troubles[which]({ ...troubled, stripe, openMeter }),
    recover: () => {
      for (const each of [troubled.failures, troubled.unprocessed, stripe.faults]) each.length = 0;
      openMeter.recover();
    },
    stripeTotal: async (meter, customer) => {
      const { data } = await reader.billing.meters.listEventSummaries(ids[meter], {
        customer,
        start_time: Date.parse('2026-11-01T00:00:00.000Z') / 1000,
        end_time: Date.parse('2026-12-01T00:00:00.000Z') / 1000,
      });
      return data.reduce((sum, { aggregated_value }) => sum + aggregated_value, 0);
    },
    recorded: () => marketplace.recorded(),
    stop: async () => {
      await stripe.close();
      await openMeter.stop();
      await s3.stop();
      await marketplace.stop();
    },
  };
}

const keysOf = ({ accessKeyId, secretAccessKey }: LedgerPlace['credentials']) => ({ accessKeyId, secretAccessKey });
