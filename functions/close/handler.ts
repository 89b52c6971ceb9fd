import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { DynamoDBTenants } from '../../core/tenancy/dynamodb-tenants.ts';
import { environmentVariable } from '../environment-variable.ts';
import { usageAccess } from '../usage-access.ts';
import { closeOnSchedule } from './close-on-schedule.ts';

const dynamo = new DynamoDB({});
const now = (): Date => new Date();
const { journal, rollups } = usageAccess(
  dynamo,
  {
    usage: environmentVariable('USAGE_TABLE'),
    rollups: environmentVariable('ROLLUPS_TABLE'),
    exports: environmentVariable('EXPORTS_TABLE'),
  },
  now,
);

/** Closes the hours of usage that are over. Run by a schedule; nothing is read from its event. */
export const handler = closeOnSchedule({
  closers: { journal, rollups, now },
  tenants: new DynamoDBTenants(dynamo, environmentVariable('TENANTS_TABLE')),
  logger: new Logger({ serviceName: 'close' }),
});
