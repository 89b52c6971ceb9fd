import { Duration, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { connectionKinds } from '../../core/billing/export/connection-kinds.ts';
import { destinations } from '../../core/billing/export/destination.ts';
import { ExportSecrets } from '../constructs/export-secrets.ts';
import { ExportFunction } from '../functions/export-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from './data-stack.ts';
import { PlatformStack } from './platform-stack.ts';

const alarm = {
  threshold: 0,
  comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 1,
  treatMissingData: TreatMissingData.NOT_BREACHING,
} as const;

/** What tells systems outside what tenants used: the function, its clock, the secrets of the destinations, and who is called when it stalls. */
export class ExportsStack extends PlatformStack {
  readonly function: ExportFunction;
  readonly secrets: ExportSecrets;

  constructor(scope: Construct, id: string, settings: StageSettings, data: DataStack) {
    super(scope, id, settings, 'MaaS: the exports of usage to systems outside');
    this.secrets = new ExportSecrets(this, 'Secrets', settings, data.key);
    this.function = new ExportFunction(this, settings, data, this.secrets);
    const { lambda } = this.function;

    const dead = new Queue(this, 'Dead', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: data.key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const reason = 'It is the dead-letter queue: what lies here says that the schedule could not run the function.';
    Validations.of(dead).acknowledge(
      { id: 'Serverless-SQSRedrivePolicy', reason },
      { id: 'AwsSolutions-SQS3', reason },
    );
    const role = new Role(this, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    const allow = (actions: string[], resource: string, conditions?: object) =>
      role.addToPolicy(
        new PolicyStatement({ actions, resources: [resource], ...(conditions === undefined ? {} : { conditions }) }),
      );
    allow(['lambda:InvokeFunction'], lambda.functionArn);
    allow(['sqs:SendMessage'], dead.queueArn);
    const viaSqs = { StringEquals: { 'kms:ViaService': `sqs.${this.region}.${this.urlSuffix}` } };
    allow(['kms:Decrypt'], data.key.keyArn, viaSqs);
    allow(['kms:GenerateDataKey'], data.key.keyArn, viaSqs);
    new CfnSchedule(this, 'Schedule', {
      description: 'Delivers what waits for systems outside',
      scheduleExpression: 'rate(5 minutes)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: lambda.functionArn,
        roleArn: role.roleArn,
        input: '{}',
        // The next run is minutes away, and does the work of this one too.
        retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 3 },
        deadLetterConfig: { arn: dead.queueArn },
      },
    });

    const period = Duration.minutes(15);
    new Alarm(this, 'Failed', {
      ...alarm,
      alarmDescription: 'Usage could not be exported; the log of the function export names tenants and destinations',
      metric: lambda.metricErrors({ period }),
    });
    new Alarm(this, 'Missing', {
      ...alarm,
      alarmDescription: 'Nothing has been exported for half an hour: the schedule does not run',
      metric: lambda.metricInvocations({ period }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.BREACHING,
    });
    new Alarm(this, 'DeadLetters', {
      ...alarm,
      alarmDescription: 'The schedule could not run the function export',
      metric: dead.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
    });
    for (const destination of destinations) {
      const kind = connectionKinds[destination];
      if (kind === undefined) continue;
      const metric = (metricName: string) =>
        new Metric({
          namespace: 'MaaS/Exports',
          metricName,
          dimensionsMap: { stage: settings.name, destination },
          period,
          statistic: 'Maximum',
        });
      new Alarm(this, `${destination}Late`, {
        ...alarm,
        alarmDescription: `Usage has waited for ${kind.pendingHoursMax} hours to be told to ${destination}: maas exports status`,
        metric: metric('OldestPendingHours'),
        threshold: kind.pendingHoursMax,
      });
      new Alarm(this, `${destination}Rejected`, {
        ...alarm,
        alarmDescription: `${destination} has refused usage for good: maas exports status says why`,
        metric: metric('RejectedRows'),
      });
    }
  }
}
