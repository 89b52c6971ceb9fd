import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { MarketplaceStates } from '../../core/billing/export/marketplace/marketplace-states.ts';
import { ExportLinks } from '../../core/billing/export/outbox/export-links.ts';
import { DynamoDBInvoices } from '../../core/billing/invoice/dynamodb-invoices.ts';
import { DynamoDBRollups } from '../../core/metering/dynamodb-rollups.ts';
import { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { billingAccess } from '../billing-access.ts';
import { environmentVariable } from '../environment-variable.ts';
import { seller } from '../seller.ts';
import { focusOnSchedule } from './focus-on-schedule.ts';

const client = new DynamoDB({});
const now = (): Date => new Date();
const stage = environmentVariable('MAAS_STAGE');
const table = environmentVariable('BILLING_TABLE');
const exportsTable = environmentVariable('EXPORTS_TABLE');
const rollups = new DynamoDBRollups(client, environmentVariable('ROLLUPS_TABLE'));
const who = seller(process.env['SELLER']);
const { invoices, prices } = billingAccess(client, table, { rollups, stage, seller: who, now });

/** Writes the FOCUS files of the running month and the one before. Run by a schedule, and by the control function for operators. */
export const handler = focusOnSchedule({
  sources: {
    rollups,
    store: new DynamoDBInvoices(client, table),
    invoices,
    links: new ExportLinks(client, exportsTable),
    marketplace: new MarketplaceStates(client, exportsTable),
    issuer: { name: who?.name ?? `MaaS ${stage}`, region: environmentVariable('AWS_REGION') },
    now,
  },
  prices,
  tenants: new DynamoDBTenants(client, environmentVariable('TENANTS_TABLE')),
  target: { client: new S3Client({}), bucket: environmentVariable('EXPORTS_BUCKET') },
  logger: new Logger({ serviceName: 'focus' }),
});
