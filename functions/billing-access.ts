import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { Credits } from '../core/billing/credits/credits.ts';
import { DynamoDBCredits } from '../core/billing/credits/dynamodb-credits.ts';
import { DynamoDBInvoices } from '../core/billing/invoice/dynamodb-invoices.ts';
import { Invoices, type InvoicesDependencies } from '../core/billing/invoice/invoices.ts';
import { DynamoDBPriceBooks } from '../core/billing/price-book/dynamodb-price-books.ts';
import { PriceBooks } from '../core/billing/price-book/price-books.ts';

/** What makes bills. */
export interface BillingAccess {
  readonly prices: PriceBooks;
  readonly invoices: Invoices;
  readonly credits: Credits;
  readonly rollups: InvoicesDependencies['rollups'];
}

/** All that makes bills, over the table of this name and the closed hours. */
export function billingAccess(
  client: DynamoDB,
  table: string,
  { rollups, stage, seller, now }: Pick<InvoicesDependencies, 'rollups' | 'stage' | 'seller' | 'now'>,
): BillingAccess {
  const prices = new PriceBooks(new DynamoDBPriceBooks(client, table), now);
  const store = new DynamoDBInvoices(client, table);
  const credits = new Credits({ store: new DynamoDBCredits(client, table), invoices: store, books: prices, now });
  const invoices = new Invoices({ store, credits, rollups, books: prices, stage, seller, now });
  return { prices, credits, rollups, invoices };
}
