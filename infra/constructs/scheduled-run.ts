import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

interface ScheduledRunProps {
  readonly lambda: IFunction;
  readonly key: IKey;
  /** What a run does, as in `archives the hours of usage`. */
  readonly does: string;
  /** In UTC. */
  readonly cron: string;
  /** Time between two runs. */
  readonly every: Duration;
}

/**
 * Runs a function by the clock. A run that the scheduler could not start lies in a dead-letter queue; alarms tell of one, of a run that failed,
 * and of two that did not come.
 */
export class ScheduledRun extends Construct {
  constructor(scope: Construct, id: string, { lambda, key, does, cron, every }: ScheduledRunProps) {
    super(scope, id);
    const { account, region, urlSuffix } = Stack.of(this);
    const dead = new Queue(this, 'Dead', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const reason = 'It is the dead-letter queue: what lies here says that the scheduler could not start the function.';
    Validations.of(dead).acknowledge(
      { id: 'Serverless-SQSRedrivePolicy', reason },
      { id: 'AwsSolutions-SQS3', reason },
    );

    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [lambda.functionArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [dead.queueArn] }));
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) {
      role.addToPolicy(
        new PolicyStatement({
          actions: [action],
          resources: [key.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `sqs.${region}.${urlSuffix}` } },
        }),
      );
    }
    new CfnSchedule(this, 'Schedule', {
      description: `${does[0]?.toUpperCase()}${does.slice(1)}`,
      scheduleExpression: cron,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: lambda.functionArn,
        roleArn: role.roleArn,
        // The next run does the work of this one too.
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
        deadLetterConfig: { arn: dead.queueArn },
      },
    });

    const alarm = { evaluationPeriods: 1, treatMissingData: TreatMissingData.NOT_BREACHING } as const;
    new Alarm(this, 'Failed', {
      ...alarm,
      alarmDescription: `What ${does} has failed; the log of the function says why`,
      metric: lambda.metricErrors({ period: Duration.hours(1) }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
    new Alarm(this, 'Missing', {
      alarmDescription: `What ${does} has not run for twice its time: the schedule does not run`,
      metric: lambda.metricInvocations({ period: every }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      // CloudWatch looks back a day at most where a period is shorter than that.
      evaluationPeriods: every.toHours() < 24 ? 2 : 1,
      treatMissingData: TreatMissingData.BREACHING,
    });
    new Alarm(this, 'DeadLetters', {
      ...alarm,
      alarmDescription: `The scheduler could not start what ${does}`,
      metric: dead.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(15), statistic: 'Maximum' }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
  }
}
