import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { ForgetExports } from '../core/billing/export/outbox/forget-exports.ts';
import { Outbox } from '../core/billing/export/outbox/outbox.ts';
import { TenantBooks } from '../core/billing/tenant-books.ts';
import type { BillingAccess } from './billing-access.ts';

/** What the books say of tenants that leave, over the table of exports with this name. */
export const tenantBooks = (
  client: DynamoDB,
  exportsTable: string,
  { invoices, prices }: Pick<BillingAccess, 'invoices' | 'prices'>,
  now: () => Date,
): TenantBooks =>
  new TenantBooks({
    invoices,
    books: prices,
    outbox: new Outbox(client, exportsTable),
    exports: new ForgetExports(client, exportsTable),
    now,
  });
