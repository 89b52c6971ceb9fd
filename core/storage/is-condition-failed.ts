import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';

/** True when DynamoDB refused a write because its condition did not hold: somebody else was there first. */
export const isConditionFailed = (error: unknown): boolean => error instanceof ConditionalCheckFailedException;
