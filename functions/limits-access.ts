import { randomUUID } from 'node:crypto';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { AuditLog } from '../core/audit/audit-log.ts';
import { DynamoDBPriceBooks } from '../core/billing/price-book/dynamodb-price-books.ts';
import type { PlanLimits } from '../core/limits/cached-limits.ts';
import { countMonth } from '../core/limits/count-month.ts';
import { DynamoDBLimitOverrides } from '../core/limits/dynamodb-limit-overrides.ts';
import { DynamoDBMonths } from '../core/limits/dynamodb-months.ts';
import { TenantLimits } from '../core/limits/tenant-limits.ts';
import type { UsageSource } from '../core/metering/usage-source.ts';

interface Access {
  /** Names of the tables. */
  readonly tables: { readonly limits: string; readonly billing: string };
  readonly plans: PlanLimits;
  readonly source: Pick<UsageSource, 'read'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly now: () => Date;
}

/** What shows and sets the limits of tenants. */
export function limitsAccess(client: DynamoDB, { tables, plans, source, audit, now }: Access): TenantLimits {
  const books = new DynamoDBPriceBooks(client, tables.billing);
  return new TenantLimits({
    overrides: new DynamoDBLimitOverrides(client, tables.limits),
    months: new DynamoDBMonths(client, tables.limits, Math.random),
    plans,
    count: (owner, range, rating, remainingMs) => countMonth(source, owner, range, rating, remainingMs),
    books: { all: () => books.list() },
    audit,
    now,
    newId: randomUUID,
  });
}
