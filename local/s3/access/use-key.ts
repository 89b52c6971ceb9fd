import { AwsError } from '../../endpoint/aws-call.ts';
import type { Bucket } from '../bucket.ts';
import type { S3Call } from '../request/s3-call.ts';
import type { S3State } from '../s3-state.ts';
import type { Encryption } from '../store/encryption.ts';

interface KeyUse {
  readonly bucket: Bucket;
  readonly key: string;
  readonly encryption: Encryption;
}

/**
 * Under a KMS key the caller needs leave to use it, `kms:GenerateDataKey` to write and `kms:Decrypt` to read:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 * With a bucket key the encryption context is the bucket, without one the object:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
 *
 * @throws AwsError `AccessDenied`, `KMS.NotFoundException`, `KMS.DisabledException`
 */
export function useKey(
  state: S3State,
  call: S3Call,
  action: 'kms:Decrypt' | 'kms:GenerateDataKey',
  { bucket, key, encryption }: KeyUse,
): void {
  if (encryption.algorithm === 'AES256') return;
  try {
    state.keys.authorizeUse(call.principal, encryption.keyArn, action, {
      'kms:ViaService': `s3.${state.region}.amazonaws.com`,
      'kms:EncryptionContext:aws:s3:arn': encryption.bucketKeyEnabled ? bucket.arn : `${bucket.arn}/${key}`,
      'kms:EncryptionContextKeys': 'aws:s3:arn',
    });
  } catch (error) {
    // S3 passes KMS's own complaints on, marked as such.
    if (!(error instanceof AwsError) || error.status !== 400) throw error;
    throw new AwsError(`KMS.${error.code}`, 400, error.message, { cause: error });
  }
}
