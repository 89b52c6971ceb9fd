import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { errorReportPartition } from '../../core/billing/export/stripe/error-report-partition.ts';
import type { ExportSecrets } from '../constructs/export-secrets.ts';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';

/** Hears from Stripe. Anybody can call it, so it may read one secret and leave notes in one partition, and nothing else. */
export class StripeWebhookFunction extends PlatformFunction {
  constructor(scope: Construct, settings: StageSettings, data: DataStack, secrets: ExportSecrets) {
    const { exports } = data.tables;
    const secret = secrets.all.find(({ destination, field }) => destination === 'stripe' && field === 'webhookSecret');
    if (secret === undefined) throw new Error('there is no secret for the webhook of Stripe');
    super(scope, 'stripe-webhook', {
      settings,
      memoryMiB: settings.memoryMiB.account,
      timeout: Duration.seconds(10),
      environment: { EXPORTS_TABLE: exports.tableName, WEBHOOK_SECRET: secret.arn },
    });

    this.allow('secretsmanager:GetSecretValue', secret.arn);
    this.lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem'],
        resources: [exports.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [errorReportPartition] } },
      }),
    );

    this.allowKey('kms:Decrypt', data.key, 'secretsmanager');
    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
    this.allowKey('kms:Encrypt', data.key, 'dynamodb');
    this.allowKey('kms:GenerateDataKey', data.key, 'dynamodb');
  }
}
