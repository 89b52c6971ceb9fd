import { AwsError } from '../../endpoint/aws-call.ts';
import { describeFailure } from '../../endpoint/describe-failure.ts';
import type { S3Objects } from '../../s3/objects-of.ts';
import type { AsyncRequest } from './async-request.ts';
import { ExpiredError } from './expired-error.ts';

const unknown = 'The request processing has failed because of an unknown error.';

/**
 * Writes why a request has no answer where its endpoint keeps such.
 * @returns what a log is to say of it: nothing of what the model or the client said
 */
export async function writeFailure(
  objects: S3Objects,
  { failure }: AsyncRequest,
  error: unknown,
  kmsKeyId: string | undefined,
): Promise<string> {
  const reason = error instanceof AwsError ? `: ${error.code}` : `: ${describeFailure(error)}`;
  if (failure === undefined) return reason;
  const message = error instanceof AwsError || error instanceof ExpiredError ? error.message : unknown;
  try {
    await objects.put(failure, Buffer.from(message), 'text/plain', kmsKeyId);
    return reason;
  } catch (cause) {
    return `${reason}, which could not be written: ${cause instanceof AwsError ? cause.message : describeFailure(cause)}`;
  }
}
