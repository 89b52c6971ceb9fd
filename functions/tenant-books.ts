import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { SqsQueue } from '../core/aws/sqs-queue.ts';
import { ExportLinks } from '../core/billing/export/outbox/export-links.ts';
import { ForgetExports } from '../core/billing/export/outbox/forget-exports.ts';
import { Outbox } from '../core/billing/export/outbox/outbox.ts';
import { TenantBooks } from '../core/billing/tenant-books.ts';
import { DynamoDBRollups } from '../core/metering/dynamodb-rollups.ts';
import { JournalReader } from '../core/metering/journal-reader.ts';
import type { BillingAccess } from './billing-access.ts';

/** What the books say of tenants that leave, over the tables of these names. */
export const tenantBooks = (
  client: DynamoDB,
  tables: { readonly exports: string; readonly rollups: string; readonly usage: string },
  { invoices, prices }: Pick<BillingAccess, 'invoices' | 'prices'>,
  spilled: readonly Pick<SqsQueue, 'isEmpty'>[],
  now: () => Date,
): TenantBooks =>
  new TenantBooks({
    rollups: new DynamoDBRollups(client, tables.rollups),
    journal: new JournalReader(client, tables.usage),
    spilled,
    invoices,
    books: prices,
    links: new ExportLinks(client, tables.exports),
    outbox: new Outbox(client, tables.exports),
    exports: new ForgetExports(client, tables.exports),
    now,
  });
