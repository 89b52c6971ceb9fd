import { Duration, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ledgerKey } from '../../core/metering/ledger/ledger-key.ts';
import { objectsWildcard } from '../constructs/objects-wildcard.ts';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';

/** Writes closed hours into the ledger, and then lets them leave the journal. It can delete nothing, in neither. */
export class ArchiveFunction extends PlatformFunction {
  constructor(scope: Construct, settings: StageSettings, data: DataStack) {
    const { rollups, tenants, usage } = data.tables;
    super(scope, 'archive', {
      settings,
      // A whole processor, which compresses and hashes. Three tenants at once take some 300 MB: pages of the journal, groups of rows for Parquet.
      memoryMiB: 1_769,
      // As long as there is: what is left after that is the next run's.
      timeout: Duration.minutes(15),
      // A record takes 160 bytes of both files, and 15 minutes are enough for some 6 million, which is 1 GB; the rest is for longer names.
      filesMiB: 2_048,
      failedRuns: 'What it is invoked with says nothing: the next run goes on, and an alarm counts failures.',
      environment: {
        TENANTS_TABLE: tenants.tableName,
        USAGE_TABLE: usage.tableName,
        ROLLUPS_TABLE: rollups.tableName,
        LEDGER_BUCKET: data.ledger.bucketName,
      },
    });

    this.allow('dynamodb:Scan', tenants.tableArn);
    this.allow('dynamodb:Query', usage.tableArn);
    // It gives records the moment at which they vanish, and puts none.
    this.allow('dynamodb:UpdateItem', usage.tableArn);
    this.allow('dynamodb:GetItem', rollups.tableArn);
    this.allow('dynamodb:PutItem', rollups.tableArn);
    this.allow('dynamodb:UpdateItem', rollups.tableArn);
    // Of a rollup that is more than an item holds, it reads the parts.
    this.allow('dynamodb:Query', rollups.tableArn);

    this.allow('s3:PutObject', data.ledger.arnForObjects(`${ledgerKey.usage}*`));
    this.allow('s3:GetObject', data.ledger.arnForObjects(`${ledgerKey.usage}*`));

    this.allowKey('kms:Decrypt', data.key, 's3');
    this.allowKey('kms:GenerateDataKey', data.key, 's3');
    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
    this.allowKey('kms:Encrypt', data.key, 'dynamodb');
    this.allowKey('kms:GenerateDataKey', data.key, 'dynamodb');
    Validations.of(this).acknowledge({
      id: objectsWildcard(data, 'ledger', `${ledgerKey.usage}*`),
      reason: 'Objects are named by tenant, hour and version, which are not known before they come.',
    });
  }
}
