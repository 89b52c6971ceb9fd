import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { ConnectionSecrets } from '../../core/billing/export/connection-secrets.ts';
import { Connections } from '../../core/billing/export/connections.ts';
import { ExportLeases } from '../../core/billing/export/outbox/export-leases.ts';
import { ExportLinks } from '../../core/billing/export/outbox/export-links.ts';
import { Outbox } from '../../core/billing/export/outbox/outbox.ts';
import { DynamoDBPriceBooks } from '../../core/billing/price-book/dynamodb-price-books.ts';
import { PriceBooks } from '../../core/billing/price-book/price-books.ts';
import { DynamoDBRollups } from '../../core/metering/dynamodb-rollups.ts';
import { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { environmentVariable } from '../environment-variable.ts';
import { exportSecrets } from '../export-secrets.ts';
import { exportOnSchedule } from './export-on-schedule.ts';
import { exporters } from './exporters.ts';

const client = new DynamoDB({});
const logger = new Logger({ serviceName: 'export' });
const now = (): Date => new Date();
const table = environmentVariable('EXPORTS_TABLE');
const links = new ExportLinks(client, table);
const rollups = new DynamoDBRollups(client, environmentVariable('ROLLUPS_TABLE'));

/** Tells destinations outside what tenants used. Run by a schedule, and by the control function for operators. */
export const handler = exportOnSchedule({
  connections: new Connections(client, table),
  factories: exporters({
    client,
    usageTable: environmentVariable('USAGE_TABLE'),
    exportsTable: table,
    tenants: new DynamoDBTenants(client, environmentVariable('TENANTS_TABLE')),
    rollups,
    prices: new PriceBooks(new DynamoDBPriceBooks(client, environmentVariable('BILLING_TABLE')), now),
    secrets: new ConnectionSecrets(new SecretsManager({}), exportSecrets(environmentVariable('EXPORT_SECRETS'))),
    now,
    log: (message, detail) => logger.warn(message, { ...detail }),
  }),
  exports: {
    outbox: new Outbox(client, table),
    links,
    leases: new ExportLeases(client, table),
    rollups,
    now,
    newId: randomUUID,
  },
  logger,
  stage: environmentVariable('MAAS_STAGE'),
  // Powertools writes its lines the same way: past Lambda's own `console`, which puts something before each.
  writeMetrics: (line) => process.stdout.write(`${line}\n`),
});
