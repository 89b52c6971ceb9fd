import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { firstHour } from '../../core/metering/close/close-tenant.ts';
import { dueHours, dueSince } from '../../core/metering/reconcile/due-hours.ts';
import { type ReconcileDependencies, reconcileHour } from '../../core/metering/reconcile/reconcile-hour.ts';
import type { ReconciledHour } from '../../core/metering/reconcile/reconciled-hour.ts';
import type { Reconciliations } from '../../core/metering/reconcile/reconciliations.ts';
import { usageHour } from '../../core/metering/usage-hour.ts';
import type { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { driftMetric } from './drift-metric.ts';

interface Dependencies {
  readonly reconciling: Omit<ReconcileDependencies, 'results' | 'onFinding'>;
  readonly results: Reconciliations;
  readonly tenants: Pick<DynamoDBTenants, 'list'>;
  readonly logger: Logger;
  readonly stage: string;
  /** Takes a line in CloudWatch's embedded metric format. */
  readonly writeMetric: (line: string) => void;
}

/** What the schedule sends is nothing; the control function names an hour. */
export interface ReconcileEvent {
  readonly hour?: string;
}

/**
 * One run of the reconciliation: of the hour that it is told, or else of all that are due. It fails when the time ran out, which its alarm
 * tells; the next run goes on. Hours that were looked at before are begun only while half of the time is left, and wait for the next run
 * otherwise; those that a run did not get through with have what all others leave.
 */
export const reconcileOnSchedule =
  ({ reconciling, results, tenants, logger, stage, writeMetric }: Dependencies) =>
  async ({ hour }: ReconcileEvent, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> => {
    const { now } = reconciling;
    const remainingMs = (): number => context.getRemainingTimeInMillis();
    const halfMs = remainingMs() / 2;
    const all = await tenants.list();
    const first = all.map(firstHour).reduce((a, b) => (a < b ? a : b), usageHour(now()));
    const since = dueSince(now());
    const due =
      hour === undefined
        ? dueHours(await results.since(since), await results.begunSince(since), first, now())
        : { first: [hour], again: [], last: [] };
    const dependencies: ReconcileDependencies = {
      ...reconciling,
      results: {
        begin: (each, at) => results.begin(each, at),
        set: async (result: ReconciledHour) => {
          await results.set(result);
          if (result.tenant === undefined || result.driftPpm > 0) writeMetric(driftMetric(stage, result, now()));
        },
      },
      onFinding: (finding) => logger.error('usage does not match the logs', { ...finding }),
    };
    const failed: string[] = [];
    const reconcile = async (each: string): Promise<void> => {
      try {
        const { findings: _, ...counts } = await reconcileHour(dependencies, all, each, remainingMs);
        logger.info('reconciled', { ...counts });
      } catch (error) {
        // On its own: newer hours have voids that should come before the invoice.
        failed.push(each);
        logger.error('hour not reconciled', { hour: each, error: error as Error });
      }
    };
    for (const each of due.first) await reconcile(each);
    for (const each of due.again) if (remainingMs() >= halfMs) await reconcile(each);
    for (const each of due.last) await reconcile(each);
    if (failed.length > 0) throw new Error(`not reconciled: ${failed.join(', ')}`);
  };
