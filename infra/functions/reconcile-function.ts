import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { PlatformFunction } from '../constructs/platform-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';

/** Whose lines it reads. */
export interface ReconciledLogs {
  readonly access: ILogGroup;
  readonly functions: readonly ILogGroup[];
}

/** Compares the logs with the journal, and voids what no client got. */
export class ReconcileFunction extends PlatformFunction {
  constructor(scope: Construct, settings: StageSettings, data: DataStack, logs: ReconciledLogs) {
    const { idempotency, reconciliations, tenants, usage } = data.tables;
    super(scope, 'reconcile', {
      settings,
      name: ReconcileFunction.nameOf(settings),
      memoryMiB: settings.memoryMiB.control,
      // As long as there is: what is left after that is the next run's.
      timeout: Duration.minutes(15),
      // 600 bytes for each billable request of an hour, 1,260 where a client chooses the longest id: for 7 million, or 3. CloudWatch hands out
      // the lines of some 4 million in that time.
      filesMiB: 4_096,
      failedRuns:
        'The next run looks at every hour of the last three days that has no result; an alarm counts failures, and another drift.',
      environment: {
        TENANTS_TABLE: tenants.tableName,
        USAGE_TABLE: usage.tableName,
        RECONCILIATIONS_TABLE: reconciliations.tableName,
        IDEMPOTENCY_TABLE: idempotency.tableName,
        ACCESS_LOG: logs.access.logGroupName,
        FUNCTION_LOGS: logs.functions.map(({ logGroupName }) => logGroupName).join(' '),
      },
    });

    for (const { logGroupArn } of [logs.access, ...logs.functions]) this.allow('logs:FilterLogEvents', logGroupArn);
    this.allow('dynamodb:Scan', tenants.tableArn);
    this.allow('dynamodb:Query', usage.tableArn);
    // It adds what voids an event; no code of its changes or removes one.
    this.allow('dynamodb:PutItem', usage.tableArn);
    this.allow('dynamodb:GetItem', idempotency.tableArn);
    this.allow('dynamodb:PutItem', reconciliations.tableArn);
    this.allow('dynamodb:Query', reconciliations.tableArn);

    this.allowKey('kms:Decrypt', data.key, 'dynamodb');
    this.allowKey('kms:Encrypt', data.key, 'dynamodb');
    this.allowKey('kms:GenerateDataKey', data.key, 'dynamodb');
  }

  /** The control function, which it must not wait for, knows it by its name. */
  static nameOf({ name }: StageSettings): string {
    return `maas-${name}-reconcile`;
  }

  static arnOf(scope: Construct, settings: StageSettings): string {
    return Stack.of(scope).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: ReconcileFunction.nameOf(settings),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
