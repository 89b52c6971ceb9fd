import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';

/** Closes the hours of usage that are over: reads the journal, writes rollups. */
export class CloseFunction extends PlatformFunction {
  constructor(scope: Construct, settings: StageSettings, data: DataStack) {
    const { exports, rollups, tenants, usage } = data.tables;
    super(scope, 'close', {
      settings,
      memoryMiB: settings.memoryMiB.control,
      // As long as there is: what is left after that is the next run's.
      timeout: Duration.minutes(15),
      failedRuns:
        'What it is invoked with says nothing: the next run does what a failed one has left, and an alarm counts failures.',
      environment: {
        TENANTS_TABLE: tenants.tableName,
        USAGE_TABLE: usage.tableName,
        ROLLUPS_TABLE: rollups.tableName,
        EXPORTS_TABLE: exports.tableName,
      },
    });

    this.allow('dynamodb:Scan', tenants.tableArn);
    this.allow('dynamodb:Query', usage.tableArn);
    this.allow('dynamodb:GetItem', rollups.tableArn);
    this.allow('dynamodb:PutItem', rollups.tableArn);
    this.allow('dynamodb:UpdateItem', rollups.tableArn);
    // Of a rollup that is more than an item holds, it reads the parts.
    this.allow('dynamodb:Query', rollups.tableArn);
    // Who hears of an hour, and that they are to, in one transaction with its rollup.
    this.allow('dynamodb:Query', exports.tableArn);
    this.allow('dynamodb:UpdateItem', exports.tableArn);

    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
    this.allowKey('kms:Encrypt', data.key, 'dynamodb');
    this.allowKey('kms:GenerateDataKey', data.key, 'dynamodb');
  }
}
