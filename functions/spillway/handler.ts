import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBItems } from '../../core/aws/dynamodb-items.ts';
import { DynamoDBJournal } from '../../core/metering/dynamodb-journal.ts';
import { awsAccess } from '../aws-access.ts';
import { environmentVariable } from '../environment-variable.ts';
import { drain } from './drain.ts';

/** Puts into the journal what it did not take while the request lasted. */
export const handler = drain(
  new DynamoDBJournal(new DynamoDBItems(awsAccess('DYNAMODB')), environmentVariable('USAGE_TABLE'), () => new Date()),
  new Logger({ serviceName: 'spillway' }),
);
