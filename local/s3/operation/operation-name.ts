import type { S3Call } from '../request/s3-call.ts';
import { s3Error } from '../s3-error.ts';
import { subresources } from './subresources.ts';

const plain: Readonly<Record<'service' | 'bucket' | 'object', Readonly<Record<string, string>>>> = {
  service: { GET: 'ListBuckets' },
  bucket: { GET: 'ListObjects', HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket', POST: 'PostObject' },
  object: { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' },
};

/**
 * Which operation of the API a request is.
 *
 * @throws AwsError `MethodNotAllowed` for a method that S3 has nothing for
 */
export function operationName({ method, bucketName, key, query, headers }: S3Call): string {
  const level = bucketName === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const named = level === 'service' ? {} : subresources[level];
  const chosen = [...query.keys()].flatMap((parameter) => named[parameter]?.[method] ?? []);
  const name = chosen[0] ?? plain[level][method];
  if (name === undefined) throw s3Error.methodNotAllowed();
  if (headers['x-amz-copy-source'] === undefined) return name;
  return name === 'PutObject' ? 'CopyObject' : name === 'UploadPart' ? 'UploadPartCopy' : name;
}
