import { AwsError } from './aws-call.ts';

/** What a client learns about an unexpected error: that there was one. */
export const internalFailure = (cause: unknown): AwsError =>
  new AwsError('InternalFailure', 500, 'The request processing has failed because of an unknown error.', { cause });
