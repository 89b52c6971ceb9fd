import { AwsError } from '../endpoint/aws-call.ts';

/** What CloudWatch Logs says to calls that it does not serve. */
export const refusals = {
  invalid: (message: string): AwsError => new AwsError('InvalidParameterException', 400, message),
  noGroup: (): AwsError => new AwsError('ResourceNotFoundException', 400, 'The specified log group does not exist.'),
} as const;
