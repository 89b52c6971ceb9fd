import { checksumAlgorithms } from '../checksum/checksum-algorithm.ts';
import { s3Error } from '../s3-error.ts';
import type { MultipartUpload } from '../store/multipart-upload.ts';
import type { S3Call } from './s3-call.ts';

/**
 * The checksum that a multipart upload is to have, CRC64NVME over the whole object unless the client chooses.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html ("Full object and composite checksums")
 *
 * @throws AwsError `InvalidRequest` for a type that the algorithm does not have
 */
export function uploadChecksum({ headers }: S3Call): MultipartUpload['checksum'] {
  const name = headers['x-amz-checksum-algorithm']?.toUpperCase();
  const type = headers['x-amz-checksum-type']?.toUpperCase();
  if (name === undefined) {
    if (type !== undefined) {
      throw s3Error.invalidRequest(
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      );
    }
    return { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', chosen: false };
  }
  const algorithm = checksumAlgorithms.find((known) => known === name);
  if (algorithm === undefined) throw s3Error.notImplemented(`The checksum algorithm ${name}`);
  const types = algorithm === 'CRC64NVME' ? fullOnly : algorithm.startsWith('SHA') ? compositeOnly : either;
  const chosenType = types.find((known) => known === (type ?? types[0]));
  if (chosenType === undefined) {
    throw s3Error.invalidRequest(`The ${type} checksum type cannot be used with the ${name} checksum algorithm.`);
  }
  return { algorithm, type: chosenType, chosen: true };
}

// The first one is what S3 takes when the client names none.
const fullOnly = ['FULL_OBJECT'] as const;
const compositeOnly = ['COMPOSITE'] as const;
const either = ['COMPOSITE', 'FULL_OBJECT'] as const;
