import { SqsQueue } from '../core/aws/sqs-queue.ts';
import { awsAccess } from './aws-access.ts';
import { environmentVariable } from './environment-variable.ts';

/** The queue of usage that the journal has not taken, and its dead letters. */
export const spillwayQueues = (): readonly SqsQueue[] =>
  ['SPILLWAY_URL', 'SPILLWAY_DEAD_URL'].map((name) => new SqsQueue(awsAccess('SQS'), environmentVariable(name)));
