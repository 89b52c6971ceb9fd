import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { ConnectionSecrets } from '../../core/billing/export/connection-secrets.ts';
import type { Connection } from '../../core/billing/export/connections.ts';
import type { Destination } from '../../core/billing/export/destination.ts';
import type { Exporter } from '../../core/billing/export/exporter.ts';
import type { OpenMeterSettings } from '../../core/billing/export/openmeter/openmeter-connection.ts';
import { OpenMeterExporter } from '../../core/billing/export/openmeter/openmeter-exporter.ts';
import { hourEntries } from '../../core/metering/hour-entries.ts';
import type { RollupReader } from '../../core/metering/rollup.ts';
import type { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { findTenant } from '../../core/tenancy/find-tenant.ts';

/** What exporters are made of. */
export interface ExporterParts {
  readonly client: DynamoDB;
  readonly usageTable: string;
  readonly tenants: DynamoDBTenants;
  readonly rollups: RollupReader;
  readonly secrets: ConnectionSecrets;
  readonly now: () => Date;
}

type Factories = Readonly<Partial<Record<Destination, (settings: Connection['settings']) => Promise<Exporter>>>>;

/** How each destination's exporter is made of its connection's settings, which were checked when it was connected. */
export const exporters = ({ client, usageTable, tenants, secrets, now }: ExporterParts): Factories => ({
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
});
