import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Authenticator } from '../../core/tenancy/authenticator.ts';
import { CurrentPriceBook } from '../../core/tenancy/current-price-book.ts';
import { DynamoDBKeys } from '../../core/tenancy/dynamodb-keys.ts';
import { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { environmentVariable } from '../environment-variable.ts';
import { authorize } from './authorize.ts';

// Every request with a key not seen for a minute waits for this: better to try again soon than to wait for a stuck connection.
const dynamo = new DynamoDBClient({
  requestHandler: { connectionTimeout: 500, requestTimeout: 1500, throwOnRequestTimeout: true },
});

const now = (): Date => new Date();

/** Decides which tenant an API key belongs to, if any. */
export const handler = authorize(
  new Authenticator(
    new DynamoDBKeys(dynamo, environmentVariable('KEYS_TABLE')),
    new DynamoDBTenants(dynamo, environmentVariable('TENANTS_TABLE')),
    new CurrentPriceBook(dynamo, environmentVariable('BILLING_TABLE'), now),
    now,
  ),
  new Logger({ serviceName: 'authorizer' }),
);
