import { Duration, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** The longest that SQS has. */
const kept = Duration.days(14);

/** Usage events that the journal did not take, each worth money: kept as long as SQS keeps anything, and seen when they do not drain. */
export class SpillwayQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  /** @param runTimeout of the function that drains it */
  constructor(scope: Construct, id: string, key: IKey, runTimeout: Duration) {
    super(scope, id);
    const shared = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: kept,
    };
    const dead = new Queue(this, 'Dead', shared);
    Validations.of(dead).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'It is the dead-letter queue: what lies here waits for a person, whom its alarm calls.',
    });
    this.deadLetters = dead;
    this.queue = new Queue(this, 'Queue', {
      ...shared,
      // Six times, as AWS asks for: a run that is throttled must not meet its own messages again.
      visibilityTimeout: Duration.seconds(runTimeout.toSeconds() * 6),
      // The journal may be away for two days before a message is taken for one that it will never take.
      deadLetterQueue: { queue: dead, maxReceiveCount: 1000 },
    });

    const alarm = { evaluationPeriods: 1, treatMissingData: TreatMissingData.NOT_BREACHING } as const;
    new Alarm(this, 'NotDraining', {
      ...alarm,
      alarmDescription: 'Usage has waited for a quarter of an hour for the journal to take it',
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5), statistic: 'Maximum' }),
      threshold: 900,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
    new Alarm(this, 'DeadLetters', {
      ...alarm,
      alarmDescription: 'The journal has refused usage for good: look at it, then move it back to its queue',
      metric: dead.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
  }
}
