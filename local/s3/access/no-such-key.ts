import type { AwsError } from '../../endpoint/aws-call.ts';
import type { Bucket } from '../bucket.ts';
import type { S3Call } from '../request/s3-call.ts';
import { s3Error } from '../s3-error.ts';
import type { S3State } from '../s3-state.ts';
import { authorizeS3 } from './authorize-s3.ts';

/**
 * What to say of a key that is not there: only who may list the bucket may know.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html ("Permissions")
 *
 * @throws AwsError `AccessDenied` instead of returning `NoSuchKey`
 */
export function noSuchKey(state: S3State, call: S3Call, bucket: Bucket): AwsError {
  authorizeS3(state, call, { action: 's3:ListBucket', bucket });
  return s3Error.noSuchKey();
}
