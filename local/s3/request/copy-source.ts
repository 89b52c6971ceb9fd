import { s3Error } from '../s3-error.ts';
import type { S3Call } from './s3-call.ts';

/**
 * The object that `x-amz-copy-source` names: `bucket/key`, URL-encoded, with or without a `/` before it.
 *
 * @throws AwsError `InvalidArgument`; `NotImplemented` for a version or an access point
 */
export function copySource({ headers }: S3Call): { bucketName: string; key: string } {
  const header = headers['x-amz-copy-source'] ?? '';
  const invalid = s3Error.invalidArgument('Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  if (header.includes('?')) throw s3Error.notImplemented('A copy source with a version');
  let source: string;
  try {
    source = decodeURIComponent(header);
  } catch {
    throw invalid;
  }
  if (source.startsWith('arn:')) throw s3Error.notImplemented('A copy source by ARN');
  const match = /^\/?([^/]+)\/(.+)$/s.exec(source);
  if (match === null) throw invalid;
  const [, bucketName = '', key = ''] = match;
  return { bucketName, key };
}
