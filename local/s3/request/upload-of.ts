import type { Bucket } from '../bucket.ts';
import { s3Error } from '../s3-error.ts';
import type { S3State } from '../s3-state.ts';
import type { MultipartUpload } from '../store/multipart-upload.ts';
import type { S3Call } from './s3-call.ts';

/**
 * The multipart upload that a request is about.
 *
 * @throws AwsError `NoSuchUpload`, also for one of another key
 */
export function uploadOf({ store }: S3State, { query, key }: S3Call, bucket: Bucket): MultipartUpload {
  const upload = store.uploads.find(query.get('uploadId') ?? '', bucket.name, key);
  if (upload === undefined) throw s3Error.noSuchUpload();
  return upload;
}
