import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ScheduledRun } from '../constructs/scheduled-run.ts';
import { SpillwayQueue } from '../constructs/spillway-queue.ts';
import { ArchiveFunction } from '../functions/archive-function.ts';
import { CloseFunction } from '../functions/close-function.ts';
import { FocusFunction } from '../functions/focus-function.ts';
import { SpillwayFunction } from '../functions/spillway-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from './data-stack.ts';
import { PlatformStack } from './platform-stack.ts';

const drainTimeout = Duration.seconds(30);

/** What stands behind the journal: the queue for what it does not take at once, the hourly close, and the archive. */
export class MeteringStack extends PlatformStack {
  readonly spillway: Queue;
  readonly spillwayDeadLetters: Queue;

  constructor(scope: Construct, id: string, settings: StageSettings, data: DataStack) {
    super(scope, id, settings, 'MaaS: the hourly close of usage, its spillway and its archive');
    const { queue, deadLetters } = new SpillwayQueue(this, 'Spillway', data.key, drainTimeout);
    this.spillway = queue;
    this.spillwayDeadLetters = deadLetters;
    new SpillwayFunction(this, settings, data, this.spillway, drainTimeout);

    const { lambda } = new CloseFunction(this, settings, data);

    const role = new Role(this, 'CloseScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] }));
    new CfnSchedule(this, 'CloseSchedule', {
      description: 'Closes the hours of usage that are over',
      // An hour may be closed ten minutes after its end.
      scheduleExpression: 'cron(11 * * * ? *)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: lambda.functionArn,
        roleArn: role.roleArn,
        // The next run is an hour away, and does the work of this one too.
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
      },
    });

    new Alarm(this, 'CloseFailed', {
      alarmDescription: 'Hours of usage could not be closed; the log of the function close names the tenants',
      metric: lambda.metricErrors({ period: Duration.hours(1) }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    new Alarm(this, 'CloseMissing', {
      alarmDescription: 'No hour of usage has been closed for two hours: the schedule does not run',
      metric: lambda.metricInvocations({ period: Duration.hours(1) }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.BREACHING,
    });

    const archive = new ArchiveFunction(this, settings, data).lambda;
    new ScheduledRun(this, 'Archive', {
      lambda: archive,
      key: data.key,
      does: 'archives the hours of usage',
      // Behind the close, which counts what came late.
      cron: 'cron(41 * * * ? *)',
      every: Duration.hours(1),
    });
    new Alarm(this, 'ArchiveLate', {
      alarmDescription: 'An hour of usage that was due has not been archived for two days',
      metric: new Metric({
        namespace: 'MaaS/Metering',
        metricName: 'ArchiveLagHours',
        dimensionsMap: { stage: settings.name },
        period: Duration.hours(1),
        statistic: 'Maximum',
      }),
      threshold: 48,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });

    new ScheduledRun(this, 'Focus', {
      lambda: new FocusFunction(this, settings, data).lambda,
      key: data.key,
      does: 'writes FOCUS files',
      cron: 'cron(17 4 * * ? *)',
      every: Duration.days(1),
    });
  }
}
