import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { ScheduledRun } from '../constructs/scheduled-run.ts';
import { type ReconciledLogs, ReconcileFunction } from '../functions/reconcile-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from './data-stack.ts';
import { PlatformStack } from './platform-stack.ts';

/** The hourly comparison of logs and journal. A stack of its own, as it reads what functions of others write. */
export class ReconciliationStack extends PlatformStack {
  constructor(scope: Construct, id: string, settings: StageSettings, data: DataStack, logs: ReconciledLogs) {
    super(scope, id, settings, 'MaaS: the hourly comparison of answers with usage');
    const { lambda } = new ReconcileFunction(this, settings, data, logs);
    new ScheduledRun(this, 'Run', {
      lambda,
      key: data.key,
      does: 'compares the answers of the last hour with its usage',
      // When the close is through, and the gateway has written its last lines.
      cron: 'cron(25 * * * ? *)',
      every: Duration.hours(1),
    });
    new Alarm(this, 'Drift', {
      alarmDescription: 'Answers and usage differ: the log of the function reconcile names requests and events',
      metric: new Metric({
        namespace: 'MaaS/Metering',
        metricName: 'metering_drift_ppm',
        dimensionsMap: { stage: settings.name },
        period: Duration.hours(1),
        statistic: 'Maximum',
      }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
