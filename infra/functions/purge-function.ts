import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { TenantApi } from '../constructs/tenant-api.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import type { MeteringStack } from '../stacks/metering-stack.ts';

/** Removes tenants whose time of grace is over, once the books have all they need. It cannot remove usage, closed hours or invoices. */
export class PurgeFunction extends PlatformFunction {
  constructor(
    scope: Construct,
    settings: StageSettings,
    data: DataStack,
    metering: MeteringStack,
    tenantApi: TenantApi,
  ) {
    const { audit, billing, exports, keys, rollups, tenants, usage } = data.tables;
    super(scope, 'purge', {
      settings,
      memoryMiB: settings.memoryMiB.control,
      timeout: Duration.minutes(15),
      failedRuns:
        'What it is invoked with says nothing: the next run does what a failed one has left, and an alarm counts failures.',
      environment: {
        TENANTS_TABLE: tenants.tableName,
        KEYS_TABLE: keys.tableName,
        AUDIT_TABLE: audit.tableName,
        BILLING_TABLE: billing.tableName,
        ROLLUPS_TABLE: rollups.tableName,
        USAGE_TABLE: usage.tableName,
        EXPORTS_TABLE: exports.tableName,
        SPILLWAY_URL: metering.spillway.queueUrl,
        SPILLWAY_DEAD_URL: metering.spillwayDeadLetters.queueUrl,
        TENANT_API_ID: tenantApi.restApiId,
        TENANT_API_STAGE: tenantApi.deploymentStage.stageName,
      },
    });

    this.allow('dynamodb:Scan', tenants.tableArn);
    this.allow('dynamodb:GetItem', tenants.tableArn);
    this.allow('dynamodb:UpdateItem', tenants.tableArn);
    this.allow('dynamodb:PutItem', tenants.tableArn);
    this.allow('dynamodb:Query', `${keys.tableArn}/index/by-tenant`);
    this.allow('dynamodb:DeleteItem', keys.tableArn);
    this.allow('dynamodb:PutItem', audit.tableArn);
    this.allow('dynamodb:Query', exports.tableArn);
    this.allow('dynamodb:DeleteItem', exports.tableArn);
    // Whether all usage is closed, in the ledger and invoiced, and nothing came late.
    this.allow('dynamodb:Query', usage.tableArn);
    this.allow('dynamodb:GetItem', rollups.tableArn);
    this.allow('dynamodb:GetItem', billing.tableArn);
    this.allow('dynamodb:Query', billing.tableArn);
    this.allow('dynamodb:Query', rollups.tableArn);

    this.allow('sqs:GetQueueAttributes', metering.spillway.queueArn);
    this.allow('sqs:GetQueueAttributes', metering.spillwayDeadLetters.queueArn);

    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
    this.allowKey('kms:Encrypt', data.key, 'dynamodb');
    this.allowKey('kms:GenerateDataKey', data.key, 'dynamodb');

    this.allow(
      'apigateway:DELETE',
      Stack.of(this).formatArn({ service: 'apigateway', account: '', resource: '/apikeys/*' }),
    );
    Validations.of(this).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:aws:apigateway:${settings.region}::/apikeys/*]`,
      reason: 'Native keys get their ids when tenants are created. Reading them, and so their values, is not granted.',
    });
  }
}
