import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';

const font = 'node_modules/open-sans-fonts';

/** Serves invoices as PDF: reads invoices and, for drafts, closed hours, and writes nothing. */
export class InvoicePdfFunction extends PlatformFunction {
  constructor(scope: Construct, settings: StageSettings, data: DataStack) {
    const { billing, rollups, tenants } = data.tables;
    super(scope, 'invoice-pdf', {
      settings,
      // Setting text is work for the CPU, half a second of a whole one for an invoice of many pages.
      memoryMiB: 1_024,
      timeout: Duration.seconds(29),
      files: {
        'fonts/OpenSans-Regular.ttf': `${font}/open-sans/Regular/OpenSans-Regular.ttf`,
        'fonts/OpenSans-Bold.ttf': `${font}/open-sans/Bold/OpenSans-Bold.ttf`,
        'fonts/LICENSE': `${font}/LICENSE`,
      },
      environment: {
        TENANTS_TABLE: tenants.tableName,
        BILLING_TABLE: billing.tableName,
        ROLLUPS_TABLE: rollups.tableName,
        ...(settings.seller === undefined ? {} : { SELLER: JSON.stringify(settings.seller) }),
      },
    });

    this.allow('dynamodb:GetItem', tenants.tableArn);
    this.allow('dynamodb:GetItem', billing.tableArn);
    this.allow('dynamodb:Query', billing.tableArn);
    this.allow('dynamodb:Query', rollups.tableArn);

    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
  }
}
