import { AwsError } from '../../endpoint/aws-call.ts';
import type { Bucket } from '../bucket.ts';
import { s3Error } from '../s3-error.ts';
import type { S3State } from '../s3-state.ts';
import type { Encryption } from '../store/encryption.ts';
import type { S3Call } from './s3-call.ts';

const prefix = 'x-amz-server-side-encryption';

/**
 * How an object is to be encrypted: as its writer asks, else as the bucket does.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html (`x-amz-server-side-encryption`)
 *
 * @throws AwsError `NotImplemented` for the AWS managed key and for double encryption, `InvalidArgument`, `KMS.NotFoundException`
 */
export function chooseEncryption(state: S3State, { headers }: S3Call, bucket: Bucket): Encryption {
  const algorithm = headers[prefix] ?? bucket.encryption.algorithm;
  const keyId = headers[`${prefix}-aws-kms-key-id`];
  const bucketKey = headers[`${prefix}-bucket-key-enabled`]?.toLowerCase();
  if (bucketKey !== undefined && bucketKey !== 'true' && bucketKey !== 'false') {
    throw s3Error.invalidArgument(`${prefix}-bucket-key-enabled must be true or false.`);
  }
  if (keyId !== undefined && headers[prefix] !== 'aws:kms') {
    throw s3Error.invalidArgument(`${prefix}-aws-kms-key-id requires the header ${prefix}: aws:kms.`);
  }
  if (algorithm === 'AES256') return { algorithm };
  if (algorithm !== 'aws:kms') throw s3Error.notImplemented(`Encryption with ${algorithm}`);
  const preset = bucket.encryption.algorithm === 'aws:kms' ? bucket.encryption : undefined;
  if (keyId === undefined && preset === undefined)
    throw s3Error.notImplemented('Encryption with the AWS managed key aws/s3');
  return {
    algorithm,
    keyArn: keyId === undefined ? (preset?.keyArn ?? '') : arnOf(state, keyId),
    bucketKeyEnabled: bucketKey === undefined ? (preset?.bucketKeyEnabled ?? false) : bucketKey === 'true',
  };
}

function arnOf(state: S3State, keyId: string): string {
  try {
    return state.keys.arnOf(keyId);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(`KMS.${error.code}`, 400, error.message, { cause: error });
  }
}
