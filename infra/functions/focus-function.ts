import { ArnFormat, Duration, Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { objectsWildcard } from '../constructs/objects-wildcard.ts';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';

/** Writes FOCUS files of all tenants: reads invoices, closed hours, links, and what the Marketplace was told. */
export class FocusFunction extends PlatformFunction {
  constructor(scope: Construct, settings: StageSettings, data: DataStack) {
    const { billing, exports, rollups, tenants } = data.tables;
    super(scope, 'focus', {
      settings,
      name: FocusFunction.nameOf(settings),
      // One tenant's month at a time, and a group of rows for Parquet of each dataset.
      memoryMiB: settings.memoryMiB.control,
      timeout: Duration.minutes(15),
      // A row takes 1,060 bytes of both files: for 4 million, such as 120 of each of 33,000 tenants in a month.
      filesMiB: 4_096,
      failedRuns: 'The files from before stay, the next run writes them anew, and an alarm counts failures.',
      environment: {
        TENANTS_TABLE: tenants.tableName,
        BILLING_TABLE: billing.tableName,
        ROLLUPS_TABLE: rollups.tableName,
        EXPORTS_TABLE: exports.tableName,
        EXPORTS_BUCKET: data.exports.bucketName,
        ...(settings.seller === undefined ? {} : { SELLER: JSON.stringify(settings.seller) }),
      },
    });

    this.allow('dynamodb:Scan', tenants.tableArn);
    this.allow('dynamodb:GetItem', billing.tableArn);
    this.allow('dynamodb:Query', billing.tableArn);
    this.allow('dynamodb:Query', rollups.tableArn);
    this.allow('dynamodb:GetItem', exports.tableArn);
    this.allow('dynamodb:Query', exports.tableArn);
    this.allow('s3:PutObject', data.exports.arnForObjects('focus/*'));

    this.allowKey('kms:Decrypt', data.key, 's3');
    this.allowKey('kms:GenerateDataKey', data.key, 's3');
    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
    Validations.of(this).acknowledge({
      id: objectsWildcard(data, 'exports', 'focus/*'),
      reason: 'Files are named by dataset and month, which are not known before they come.',
    });
  }

  /** The control function, which it must not wait for, knows it by its name. */
  static nameOf({ name }: StageSettings): string {
    return `maas-${name}-focus`;
  }

  static arnOf(scope: Construct, settings: StageSettings): string {
    return Stack.of(scope).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: FocusFunction.nameOf(settings),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
