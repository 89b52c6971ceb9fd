import { Logger } from '@aws-lambda-powertools/logger';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { uuidv7 } from 'uuidv7';
import { AuditLog } from '../../core/audit/audit-log.ts';
import { RollupStore } from '../../core/metering/close/rollup-store.ts';
import { ApiGatewayKeys } from '../../core/tenancy/api-gateway-keys.ts';
import { DynamoDBKeys } from '../../core/tenancy/dynamodb-keys.ts';
import { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { Offboarding } from '../../core/tenancy/offboarding.ts';
import { billingAccess } from '../billing-access.ts';
import { environmentVariable } from '../environment-variable.ts';
import { spillwayQueues } from '../spillway-queues.ts';
import { tenantBooks } from '../tenant-books.ts';
import { purgeOnSchedule } from './purge-on-schedule.ts';

const dynamo = new DynamoDB({});
const now = (): Date => new Date();
const tables = {
  exports: environmentVariable('EXPORTS_TABLE'),
  rollups: environmentVariable('ROLLUPS_TABLE'),
  usage: environmentVariable('USAGE_TABLE'),
};
const tenants = new DynamoDBTenants(dynamo, environmentVariable('TENANTS_TABLE'));
const billing = billingAccess(dynamo, environmentVariable('BILLING_TABLE'), {
  rollups: new RollupStore(dynamo, tables.rollups),
  stage: environmentVariable('MAAS_STAGE'),
  now,
});

/** Removes the tenants whose time of grace is over. Run by a schedule; nothing is read from its event. */
export const handler = purgeOnSchedule({
  tenants,
  offboarding: new Offboarding({
    tenants,
    keys: new DynamoDBKeys(dynamo, environmentVariable('KEYS_TABLE')),
    gateway: new ApiGatewayKeys(new APIGatewayClient({ maxAttempts: 5 }), {
      restApiId: environmentVariable('TENANT_API_ID'),
      stageName: environmentVariable('TENANT_API_STAGE'),
    }),
    books: tenantBooks(dynamo, tables, billing, spillwayQueues(), now),
    audit: new AuditLog({ client: dynamo, table: environmentVariable('AUDIT_TABLE'), now, newId: uuidv7 }),
    now,
  }),
  now,
  logger: new Logger({ serviceName: 'purge' }),
});
