import type { AwsAnswer, AwsError } from '../endpoint/aws-call.ts';
import { TooManyRequestsError } from './concurrency.ts';

/** Renders an error as the Lambda API does. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
export function lambdaError(error: AwsError, requestId: string): AwsAnswer {
  const throttled = error instanceof TooManyRequestsError;
  return {
    status: error.status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': error.code,
      'x-amzn-requestid': requestId,
      ...(throttled && { 'retry-after': '1' }),
    },
    body: JSON.stringify({
      Type: error.status < 500 ? 'User' : 'Service',
      ...(throttled && { Reason: error.reason }),
      Message: error.message,
      message: error.message,
    }),
  };
}
