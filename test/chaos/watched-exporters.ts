import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { MarketplaceMeteringClient } from '@aws-sdk/client-marketplace-metering';
import type { Exporter } from '../../core/billing/export/exporter.ts';
import { MarketplaceExporter } from '../../core/billing/export/marketplace/marketplace-exporter.ts';
import { MarketplaceStates } from '../../core/billing/export/marketplace/marketplace-states.ts';
import { OpenMeterExporter } from '../../core/billing/export/openmeter/openmeter-exporter.ts';
import { Outbox } from '../../core/billing/export/outbox/outbox.ts';
import { stripeClient } from '../../core/billing/export/stripe/stripe-client.ts';
import { StripeExporter } from '../../core/billing/export/stripe/stripe-exporter.ts';
import { hourEntries } from '../../core/metering/hour-entries.ts';
import type { RollupReader } from '../../core/metering/rollup.ts';
import { chaosBooks } from './chaos-books.ts';
import type { Watch } from './watch.ts';

/** Where the systems outside are. */
export interface Remotes {
  readonly stripe: { readonly url: string; readonly apiKey: string };
  readonly openMeter: { readonly url: string; readonly token: string };
  readonly marketplace: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

interface Parts {
  readonly client: DynamoDB;
  readonly rollups: RollupReader;
  readonly now: () => Date;
}

/** The exporters as the export function has them, their calls watched too. */
export function watchedExporters(remotes: Remotes, watch: Watch, { client, rollups, now }: Parts): readonly Exporter[] {
  const { billing } = stripeClient(remotes.stripe.apiKey, remotes.stripe.url);
  const create: typeof billing.meterEvents.create = (...event) =>
    watch.call('stripe', () => billing.meterEvents.create(...event)) as ReturnType<typeof billing.meterEvents.create>;
  const stripe = { billing: Object.assign(Object.create(billing), { meterEvents: { create } }) as typeof billing };
  const marketplace = new MarketplaceMeteringClient({ ...remotes.marketplace, maxAttempts: 1 });
  marketplace.middlewareStack.add((next) => (args) => watch.call('marketplace', () => next(args)), {
    step: 'initialize',
  });
  return [
    new OpenMeterExporter({
      apiBase: remotes.openMeter.url,
      token: remotes.openMeter.token,
      fetch: (...request) => watch.call('openmeter', () => fetch(...request)),
      entries: (tenant, hour) => hourEntries(client, 'usage', { tenant }, hour),
      now,
    }),
    new StripeExporter({
      client: stripe,
      meters: [
        { name: 'requests', unit: 'requests' },
        { name: 'items', unit: 'items' },
      ],
      rollups,
      now,
    }),
    new MarketplaceExporter({
      dimensions: [
        { dimension: 'items', unit: 'items', per: 1 },
        { dimension: 'usage_fee', cost: true, per: '0.01' },
      ],
      states: new MarketplaceStates(client, 'exports'),
      outbox: new Outbox(client, 'exports'),
      client: marketplace,
      rollups,
      books: { all: async () => chaosBooks },
      now,
      log: () => undefined,
    }),
  ];
}
