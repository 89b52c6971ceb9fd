import { randomBytes } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { uuidv7 } from 'uuidv7';
import { AuditLog } from '../../core/audit/audit-log.ts';
import { DynamoDBKeys } from '../../core/tenancy/dynamodb-keys.ts';
import { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { Keys } from '../../core/tenancy/keys.ts';
import { apiHandler } from '../api-handler.ts';
import { billingAccess } from '../billing-access.ts';
import { keyEnvironment } from '../control/key-environment.ts';
import { dispatch } from '../dispatch.ts';
import { environmentVariable } from '../environment-variable.ts';
import { limitsAccess } from '../limits-access.ts';
import { planLimits } from '../plan-limits.ts';
import { seller } from '../seller.ts';
import { usageAccess } from '../usage-access.ts';
import { accountOperations } from './account-operations.ts';

const dynamo = new DynamoDB({});
const now = (): Date => new Date();
const tenants = new DynamoDBTenants(dynamo, environmentVariable('TENANTS_TABLE'));
const audit = new AuditLog({ client: dynamo, table: environmentVariable('AUDIT_TABLE'), now, newId: uuidv7 });
const access = usageAccess(
  dynamo,
  { usage: environmentVariable('USAGE_TABLE'), rollups: environmentVariable('ROLLUPS_TABLE') },
  now,
);

/** Serves a tenant's self-service: account, usage, bill and keys; and revokes leaked keys for anybody. */
export const handler = apiHandler(
  'tenant',
  dispatch(
    accountOperations({
      tenants,
      keys: new Keys({
        tenants,
        keys: new DynamoDBKeys(dynamo, environmentVariable('KEYS_TABLE')),
        audit,
        flushAuthorizations: undefined,
        keyEnvironment: keyEnvironment(environmentVariable('KEY_ENVIRONMENT')),
        now,
        random: randomBytes,
      }),
      access,
      limits: limitsAccess(dynamo, {
        tables: { limits: environmentVariable('LIMITS_TABLE'), billing: environmentVariable('BILLING_TABLE') },
        plans: planLimits(environmentVariable('PLAN_LIMITS')),
        source: access.source,
        audit,
        now,
      }),
      billing: billingAccess(dynamo, environmentVariable('BILLING_TABLE'), {
        rollups: access.rollups,
        stage: environmentVariable('MAAS_STAGE'),
        seller: seller(process.env['SELLER']),
        now,
      }),
      now,
    }),
  ),
  new Logger({ serviceName: 'account' }),
);
