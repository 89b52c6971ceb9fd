import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { ConnectionSecrets } from '../../core/billing/export/connection-secrets.ts';
import type { Connection } from '../../core/billing/export/connections.ts';
import type { Destination } from '../../core/billing/export/destination.ts';
import type { Exporter } from '../../core/billing/export/exporter.ts';
import { marketplaceClient } from '../../core/billing/export/marketplace/marketplace-client.ts';
import type { MarketplaceSettings } from '../../core/billing/export/marketplace/marketplace-connection.ts';
import {
  type MarketplaceDependencies,
  MarketplaceExporter,
} from '../../core/billing/export/marketplace/marketplace-exporter.ts';
import { MarketplaceStates } from '../../core/billing/export/marketplace/marketplace-states.ts';
import type { OpenMeterSettings } from '../../core/billing/export/openmeter/openmeter-connection.ts';
import { OpenMeterExporter } from '../../core/billing/export/openmeter/openmeter-exporter.ts';
import { LateRefusals } from '../../core/billing/export/outbox/late-refusals.ts';
import { Outbox } from '../../core/billing/export/outbox/outbox.ts';
import { ErrorReportNotes } from '../../core/billing/export/stripe/error-report-notes.ts';
import { stripeClient } from '../../core/billing/export/stripe/stripe-client.ts';
import type { StripeSettings } from '../../core/billing/export/stripe/stripe-connection.ts';
import { StripeExporter } from '../../core/billing/export/stripe/stripe-exporter.ts';
import { takeErrorReports } from '../../core/billing/export/stripe/take-error-reports.ts';
import { hourEntries } from '../../core/metering/hour-entries.ts';
import type { RollupReader } from '../../core/metering/rollup.ts';
import type { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { findTenant } from '../../core/tenancy/find-tenant.ts';

/** What exporters are made of. */
export interface ExporterParts {
  readonly client: DynamoDB;
  readonly usageTable: string;
  readonly exportsTable: string;
  readonly tenants: DynamoDBTenants;
  readonly rollups: RollupReader;
  readonly prices: MarketplaceDependencies['books'];
  readonly secrets: Pick<ConnectionSecrets, 'get'>;
  readonly now: () => Date;
  /** Takes what operators may want to know. */
  readonly log: MarketplaceDependencies['log'];
}

/** The run that exporters are made for. */
export interface ExporterRun {
  readonly remainingMs: () => number;
  /** Takes what went wrong without stopping anything. The run counts as failed. */
  readonly onFailure: (message: string, detail: Readonly<Record<string, unknown>>) => void;
}

type Factory = (settings: Connection['settings'], run: ExporterRun) => Promise<Exporter>;
type Factories = Readonly<Partial<Record<Destination, Factory>>>;

/** How each destination's exporter is made of its connection's settings, which were checked when it was connected. */
export const exporters = ({
  client,
  usageTable,
  exportsTable,
  tenants,
  rollups,
  prices,
  secrets,
  now,
  log,
}: ExporterParts): Factories => ({
  marketplace: async (settings) =>
    new MarketplaceExporter({
      ...(settings as MarketplaceSettings),
      states: new MarketplaceStates(client, exportsTable),
      outbox: new Outbox(client, exportsTable),
      client: marketplaceClient(),
      rollups,
      books: prices,
      now,
      log,
    }),
  openmeter: async (settings) =>
    new OpenMeterExporter({
      ...(settings as OpenMeterSettings),
      token: await secrets.get('openmeter', 'token'),
      fetch,
      entries: async function* (tenant, hour) {
        yield* hourEntries(client, usageTable, await findTenant(tenants, tenant), hour);
      },
      now,
    }),
  stripe: async (settings, { remainingMs, onFailure }) => {
    const { meters, apiBase } = settings as StripeSettings;
    const stripe = stripeClient(await secrets.get('stripe', 'apiKey'), apiBase);
    // First, so that what they reject is not told once more in vain.
    await takeErrorReports({
      client: stripe,
      meters: meters.map(({ name }) => name),
      notes: new ErrorReportNotes(client, exportsTable),
      refusals: new LateRefusals(client, exportsTable),
      now,
      remainingMs,
      onFailure: (event, error) => onFailure('report of Stripe not taken, or not whole', { event, error }),
    });
    return new StripeExporter({ client: stripe, meters, rollups, now });
  },
});
