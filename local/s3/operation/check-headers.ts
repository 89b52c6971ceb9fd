import { AwsError } from '../../endpoint/aws-call.ts';
import { checksumAlgorithms, checksumHeader } from '../checksum/checksum-algorithm.ts';
import type { S3Call } from '../request/s3-call.ts';
import { s3Error } from '../s3-error.ts';

/** Headers whose meaning is honoured, or has no effect on what is done. */
const known = new Set([
  ...checksumAlgorithms.map(checksumHeader),
  'x-amz-acl',
  'x-amz-checksum-algorithm',
  'x-amz-checksum-mode',
  'x-amz-checksum-type',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-copy-source-if-match',
  'x-amz-copy-source-if-modified-since',
  'x-amz-copy-source-if-none-match',
  'x-amz-copy-source-if-unmodified-since',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-expected-bucket-owner',
  'x-amz-metadata-directive',
  'x-amz-mp-object-size',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
  'x-amz-source-expected-bucket-owner',
  'x-amz-storage-class',
  'x-amz-tagging-directive',
  'x-amz-trailer',
  'x-amz-user-agent',
]);

/**
 * Refuses headers that ask for more than this S3 does: to overlook one would be to do something else than was asked.
 *
 * @throws AwsError `NotImplemented` that names the header; `AccessDenied` for a bucket owner other than this account;
 * `AccessControlListNotSupported`, since the owner owns every object here
 */
export function checkHeaders({ headers }: S3Call, account: string): void {
  for (const name of Object.keys(headers)) {
    if (name.startsWith('x-amz-') && !name.startsWith('x-amz-meta-') && !known.has(name)) {
      throw s3Error.notImplemented(`The header ${name}`);
    }
  }
  const only = (name: string, value: string): void => {
    if ((headers[name] ?? value) !== value)
      throw s3Error.notImplemented(`The header ${name} with another value than ${value}`);
  };
  only('x-amz-storage-class', 'STANDARD');
  only('x-amz-tagging-directive', 'COPY');
  for (const name of ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']) {
    if ((headers[name] ?? account) !== account) throw s3Error.accessDenied();
  }
  if ((headers['x-amz-acl'] ?? 'bucket-owner-full-control') !== 'bucket-owner-full-control') {
    throw new AwsError('AccessControlListNotSupported', 400, 'The bucket does not allow ACLs');
  }
}
