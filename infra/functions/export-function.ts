import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { connectionKinds } from '../../core/billing/export/connection-kinds.ts';
import type { ExportSecrets } from '../constructs/export-secrets.ts';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';

/** Tells destinations outside what tenants used: reads rollups and the journal, and keeps the outbox. */
export class ExportFunction extends PlatformFunction {
  constructor(scope: Construct, settings: StageSettings, data: DataStack, secrets: ExportSecrets) {
    const { billing, exports, rollups, tenants, usage } = data.tables;
    const read = secrets.all.filter(
      ({ destination, field }) => !(connectionKinds[destination]?.readElsewhere ?? []).includes(field),
    );
    super(scope, 'export', {
      settings,
      memoryMiB: settings.memoryMiB.control,
      // As long as there is: what is left after that is the next run's.
      timeout: Duration.minutes(15),
      failedRuns:
        'What it is invoked with says nothing: the next run goes on with what waits, and an alarm counts failures.',
      unscoped: {
        action: 'aws-marketplace:BatchMeterUsage',
        reason: "it takes records for the account's own products alone",
      },
      environment: {
        BILLING_TABLE: billing.tableName,
        TENANTS_TABLE: tenants.tableName,
        USAGE_TABLE: usage.tableName,
        ROLLUPS_TABLE: rollups.tableName,
        EXPORTS_TABLE: exports.tableName,
        EXPORT_SECRETS: secrets.arnsOf(read),
      },
    });

    this.allow('dynamodb:GetItem', tenants.tableArn);
    this.allow('dynamodb:Query', usage.tableArn);
    this.allow('dynamodb:GetItem', rollups.tableArn);
    this.allow('dynamodb:Query', rollups.tableArn);
    // Price books, for what usage costs.
    this.allow('dynamodb:Query', billing.tableArn);
    this.allow('dynamodb:GetItem', exports.tableArn);
    this.allow('dynamodb:PutItem', exports.tableArn);
    this.allow('dynamodb:Query', exports.tableArn);
    this.allow('dynamodb:UpdateItem', exports.tableArn);
    this.allow('dynamodb:DeleteItem', exports.tableArn);
    this.allow('dynamodb:Query', `${exports.tableArn}/index/by-due`);

    for (const { arn } of read) this.allow('secretsmanager:GetSecretValue', arn);

    this.allowKey('kms:Decrypt', data.key, 'secretsmanager');
    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
    this.allowKey('kms:Encrypt', data.key, 'dynamodb');
    this.allowKey('kms:GenerateDataKey', data.key, 'dynamodb');
  }
}
