import { type Duration, Validations } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';

/** Puts into the journal what is in the spillway's queue. */
export class SpillwayFunction extends PlatformFunction {
  constructor(scope: Construct, settings: StageSettings, data: DataStack, queue: IQueue, timeout: Duration) {
    const { usage } = data.tables;
    super(scope, 'spillway', {
      settings,
      memoryMiB: settings.memoryMiB.account,
      timeout,
      failedRuns:
        'Invoked by the poller of its queue, where the messages of a failed run stay; that queue has a dead-letter queue.',
      environment: { USAGE_TABLE: usage.tableName },
    });

    const mapping = this.lambda.addEventSourceMapping('Queue', {
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      // An outage of the journal must not end in a rush on it.
      maxConcurrency: 5,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason: 'For queues there is none: what fails stays in the queue, and comes to its dead-letter queue in the end.',
    });
    this.allow('sqs:ReceiveMessage', queue.queueArn);
    this.allow('sqs:DeleteMessage', queue.queueArn);
    this.allow('sqs:GetQueueAttributes', queue.queueArn);
    this.allow('dynamodb:PutItem', usage.tableArn);

    this.allowKey('kms:Decrypt', data.key, 'sqs');
    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
    this.allowKey('kms:Encrypt', data.key, 'dynamodb');
    this.allowKey('kms:GenerateDataKey', data.key, 'dynamodb');
  }
}
