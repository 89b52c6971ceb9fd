import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import type { Offboarding } from '../../core/tenancy/offboarding.ts';
import { purgeTenants } from '../../core/tenancy/purge-tenants.ts';

interface Dependencies {
  readonly tenants: Pick<DynamoDBTenants, 'list'>;
  readonly offboarding: Pick<Offboarding, 'purge'>;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** A tenant takes some calls of API Gateway, which allows few a second. */
const reserveMs = 30_000;

/**
 * One run of the purge, recorded as done by the function itself. It fails when a tenant could not be purged, after all others have been, so
 * that its alarm calls somebody: usage that is not invoiced, say, wants an operator.
 */
export const purgeOnSchedule =
  ({ logger, ...dependencies }: Dependencies) =>
  async (_: unknown, context: Context): Promise<void> => {
    const by = {
      caller: { kind: 'operator', arn: context.invokedFunctionArn },
      requestId: context.awsRequestId,
    } as const;
    const report = await purgeTenants(dependencies, by, {
      enoughTime: () => context.getRemainingTimeInMillis() > reserveMs,
      onFailure: (tenant, error) => logger.error('tenant not purged', { tenant, error: error as Error }),
    });
    logger.info('purged', { ...report });
    if (report.failed.length > 0) throw new Error(`${report.failed.length} tenants could not be purged`);
    if (!report.complete) throw new Error('the time ran out before all tenants were purged; the next run goes on');
  };
