import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';

/** Tells API Gateway which tenant a key belongs to. */
export class AuthorizerFunction extends PlatformFunction {
  constructor(scope: Construct, settings: StageSettings, data: DataStack) {
    const { billing, keys, tenants } = data.tables;
    super(scope, 'authorizer', {
      settings,
      memoryMiB: settings.memoryMiB.authorizer,
      timeout: Duration.seconds(5),
      environment: { KEYS_TABLE: keys.tableName, TENANTS_TABLE: tenants.tableName, BILLING_TABLE: billing.tableName },
    });

    this.allow('dynamodb:GetItem', keys.tableArn);
    this.allow('dynamodb:GetItem', tenants.tableArn);
    // Which price book is in force.
    this.allow('dynamodb:GetItem', billing.tableArn);
    // When a key was last used.
    this.allow('dynamodb:UpdateItem', keys.tableArn);

    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
    this.allowKey('kms:Encrypt', data.key, 'dynamodb');
    this.allowKey('kms:GenerateDataKey', data.key, 'dynamodb');
  }
}
