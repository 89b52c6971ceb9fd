import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';

/** Shows tenants their own account and usage, and lets them manage their own keys. */
export class AccountFunction extends PlatformFunction {
  constructor(scope: Construct, settings: StageSettings, data: DataStack) {
    const { audit, billing, keys, limits, rollups, tenants, usage } = data.tables;
    super(scope, 'account', {
      settings,
      memoryMiB: settings.memoryMiB.account,
      // A month of a busy tenant's usage takes a while to add up.
      timeout: Duration.seconds(29),
      environment: {
        TENANTS_TABLE: tenants.tableName,
        KEYS_TABLE: keys.tableName,
        AUDIT_TABLE: audit.tableName,
        KEY_ENVIRONMENT: settings.keyEnvironment,
        USAGE_TABLE: usage.tableName,
        ROLLUPS_TABLE: rollups.tableName,
        BILLING_TABLE: billing.tableName,
        LIMITS_TABLE: limits.tableName,
        PLAN_LIMITS: JSON.stringify(settings.planLimits),
        ...(settings.seller === undefined ? {} : { SELLER: JSON.stringify(settings.seller) }),
      },
    });

    this.allow('dynamodb:GetItem', tenants.tableArn);

    this.allow('dynamodb:GetItem', keys.tableArn);
    this.allow('dynamodb:PutItem', keys.tableArn);
    this.allow('dynamodb:UpdateItem', keys.tableArn);
    this.allow('dynamodb:DeleteItem', keys.tableArn);
    this.allow('dynamodb:Query', `${keys.tableArn}/index/by-tenant`);

    this.allow('dynamodb:PutItem', audit.tableArn);

    this.allow('dynamodb:Query', usage.tableArn);
    this.allow('dynamodb:GetItem', rollups.tableArn);
    this.allow('dynamodb:Query', rollups.tableArn);

    this.allow('dynamodb:GetItem', billing.tableArn);
    this.allow('dynamodb:Query', billing.tableArn);

    this.allow('dynamodb:GetItem', limits.tableArn);

    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
    this.allowKey('kms:Encrypt', data.key, 'dynamodb');
    this.allowKey('kms:GenerateDataKey', data.key, 'dynamodb');
  }
}
