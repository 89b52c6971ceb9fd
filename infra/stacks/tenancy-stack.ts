import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ScheduledRun } from '../constructs/scheduled-run.ts';
import type { TenantApi } from '../constructs/tenant-api.ts';
import { PurgeFunction } from '../functions/purge-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from './data-stack.ts';
import type { MeteringStack } from './metering-stack.ts';
import { PlatformStack } from './platform-stack.ts';

/** What is done with tenants when nobody asks. */
export class TenancyStack extends PlatformStack {
  constructor(
    scope: Construct,
    id: string,
    settings: StageSettings,
    data: DataStack,
    metering: MeteringStack,
    tenantApi: TenantApi,
  ) {
    super(scope, id, settings, 'MaaS: the daily removal of tenants that left');
    new ScheduledRun(this, 'Purge', {
      lambda: new PurgeFunction(this, settings, data, metering, tenantApi).lambda,
      key: data.key,
      does: 'removes the tenants that left',
      cron: 'cron(37 3 * * ? *)',
      every: Duration.days(1),
    });
  }
}
