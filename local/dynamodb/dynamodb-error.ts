import { AwsError } from '../endpoint/aws-call.ts';

/** An error of DynamoDB: all of the client's mistakes are 400. */
export const dynamodbError = (code: string, message: string): AwsError => new AwsError(code, 400, message);
