import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type { ArchiveDependencies } from '../../core/metering/ledger/archive-hour.ts';
import { archiveHours } from '../../core/metering/ledger/archive-hours.ts';
import type { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';

interface Dependencies {
  readonly archivers: ArchiveDependencies;
  readonly tenants: Pick<DynamoDBTenants, 'list'>;
  readonly logger: Logger;
  readonly stage: string;
  /** Takes a line in CloudWatch's embedded metric format. */
  readonly writeMetrics: (line: string) => void;
}

/**
 * One run of the archive. It fails when a tenant's hours could not be archived, after all others have been. One whose time ran out does not:
 * the next goes on, and should it never catch up, the lag tells.
 */
export const archiveOnSchedule =
  ({ archivers, tenants, logger, stage, writeMetrics }: Dependencies) =>
  async (_: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
    const report = await archiveHours(archivers, await tenants.list(), {
      remainingMs: () => context.getRemainingTimeInMillis(),
      onFailure: (tenant, error) => logger.error('hours not archived', { tenant, error: error as Error }),
    });
    writeMetrics(lagMetric(stage, report.lagHours, archivers.now()));
    logger.info('archived', { ...report });
    if (report.failed.length > 0) throw new Error(`the hours of ${report.failed.length} tenants could not be archived`);
  };

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const lagMetric = (stage: string, lagHours: number, now: Date): string =>
  JSON.stringify({
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        { Namespace: 'MaaS/Metering', Dimensions: [['stage']], Metrics: [{ Name: 'ArchiveLagHours' }] },
      ],
    },
    stage,
    ArchiveLagHours: lagHours,
  });
