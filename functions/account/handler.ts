import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { UsageReader } from '../../core/metering/usage-reader.ts';
import { DynamoDBKeys } from '../../core/tenancy/dynamodb-keys.ts';
import { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { apiHandler } from '../api-handler.ts';
import { dispatch } from '../dispatch.ts';
import { environmentVariable } from '../environment-variable.ts';
import { accountOperations } from './account-operations.ts';

const dynamo = new DynamoDBClient({});
const now = (): Date => new Date();

/** Serves a tenant's self-service: account, usage and keys. */
export const handler = apiHandler(
  'tenant',
  dispatch(
    accountOperations({
      tenants: new DynamoDBTenants(dynamo, environmentVariable('TENANTS_TABLE')),
      keys: new DynamoDBKeys(dynamo, environmentVariable('KEYS_TABLE')),
      usage: new UsageReader(dynamo, environmentVariable('USAGE_TABLE'), now),
      now,
    }),
  ),
  new Logger({ serviceName: 'account' }),
);
