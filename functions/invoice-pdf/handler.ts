import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { RollupStore } from '../../core/metering/close/rollup-store.ts';
import { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { apiHandler } from '../api-handler.ts';
import { billingAccess } from '../billing-access.ts';
import { dispatch } from '../dispatch.ts';
import { environmentVariable } from '../environment-variable.ts';
import { seller } from '../seller.ts';
import { invoicePdfOperations } from './invoice-pdf-operations.ts';
import { packagedFonts } from './packaged-fonts.ts';

const dynamo = new DynamoDB({});
const serve = dispatch(
  invoicePdfOperations({
    tenants: new DynamoDBTenants(dynamo, environmentVariable('TENANTS_TABLE')),
    invoices: billingAccess(dynamo, environmentVariable('BILLING_TABLE'), {
      rollups: new RollupStore(dynamo, environmentVariable('ROLLUPS_TABLE')),
      stage: environmentVariable('MAAS_STAGE'),
      seller: seller(process.env['SELLER']),
      now: () => new Date(),
    }).invoices,
    fonts: packagedFonts(environmentVariable('LAMBDA_TASK_ROOT')),
  }),
);
const logger = new Logger({ serviceName: 'invoice-pdf' });
const forTenants = apiHandler('tenant', serve, logger);
const forOperators = apiHandler('control', serve, logger);

/** Serves invoices as PDF, on both APIs: only the operators' has paths that name a tenant. */
export const handler = (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> =>
  event.resource.startsWith('/tenants/') ? forOperators(event, context) : forTenants(event, context);
