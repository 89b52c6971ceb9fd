import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type { CloseDependencies } from '../../core/metering/close/close-hour.ts';
import { closeHours } from '../../core/metering/close/close-hours.ts';
import type { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';

interface Dependencies {
  readonly closers: CloseDependencies;
  readonly tenants: Pick<DynamoDBTenants, 'list'>;
  readonly logger: Logger;
}

/**
 * One run of the close. It fails when a tenant's hours could not be closed or the time ran out, after all others have been: a failed run
 * is seen by its alarm, repeated by Lambda, and does no harm when repeated.
 */
export const closeOnSchedule =
  ({ closers, tenants, logger }: Dependencies) =>
  async (_: unknown, context: Context): Promise<void> => {
    const report = await closeHours(closers, await tenants.list(), {
      remainingMs: () => context.getRemainingTimeInMillis(),
      onFailure: (tenant, error) => logger.error('hours not closed', { tenant, error: error as Error }),
    });
    logger.info('closed', { ...report });
    if (report.failed.length > 0) throw new Error(`the hours of ${report.failed.length} tenants could not be closed`);
    if (!report.complete) throw new Error('the time ran out before all hours were closed; the next run goes on');
  };
