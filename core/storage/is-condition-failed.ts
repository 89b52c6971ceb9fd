/**
 * True when DynamoDB refused a write because its condition did not hold: somebody else was there first. By name, which the SDK's error
 * and that of `core/aws/` share: the SDK's class would load all of the SDK.
 */
export const isConditionFailed = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';
