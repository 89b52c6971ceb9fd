import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { AuditLog } from '../core/audit/audit-log.ts';
import type { PlanLimits } from '../core/limits/cached-limits.ts';
import { DynamoDBLimitOverrides } from '../core/limits/dynamodb-limit-overrides.ts';
import { DynamoDBMonths } from '../core/limits/dynamodb-months.ts';
import { TenantLimits } from '../core/limits/tenant-limits.ts';
import type { UsageReader } from '../core/metering/usage-reader.ts';

interface Access {
  /** Name of the table `limits`. */
  readonly table: string;
  readonly plans: PlanLimits;
  readonly usage: Pick<UsageReader, 'usage'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly now: () => Date;
}

/** What shows and sets the limits of tenants. */
export const limitsAccess = (client: DynamoDB, { table, plans, usage, audit, now }: Access): TenantLimits =>
  new TenantLimits({
    overrides: new DynamoDBLimitOverrides(client, table),
    months: new DynamoDBMonths(client, table),
    plans,
    usage: async (owner, range, remainingMs) => {
      const report = await usage.usage(owner, range, remainingMs);
      if (!('totals' in report)) throw new Error('usage of an interval came in buckets');
      return report.totals;
    },
    audit,
    now,
  });
