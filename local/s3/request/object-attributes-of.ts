import type { Bucket } from '../bucket.ts';
import { s3Error } from '../s3-error.ts';
import type { S3State } from '../s3-state.ts';
import type { ObjectAttributes } from '../store/object-attributes.ts';
import { chooseEncryption } from './choose-encryption.ts';
import { headerText } from './header-text.ts';
import type { S3Call } from './s3-call.ts';

const kept = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'];
const metadataPrefix = 'x-amz-meta-';
const metadataBytesMax = 2048;

/**
 * What the headers of a writing request say about the object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 *
 * @throws AwsError `MetadataTooLarge`, and what `chooseEncryption` throws
 */
export function objectAttributesOf(state: S3State, call: S3Call, bucket: Bucket): ObjectAttributes {
  const headers: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  const metadata: Record<string, string> = {};
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(call.headers)) {
    if (value === undefined || value === '') continue;
    if (kept.includes(name)) headers[name] = headerText(value);
    if (name.startsWith(metadataPrefix)) {
      const own = name.slice(metadataPrefix.length);
      if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(own)) throw s3Error.invalidArgument(`Not a header name: ${name}`);
      metadata[own] = headerText(value);
      metadataBytes += Buffer.byteLength(own) + Buffer.byteLength(value);
    }
  }
  if (metadataBytes > metadataBytesMax) throw s3Error.metadataTooLarge();
  const encoding = contentEncoding(call.headers['content-encoding'] ?? '');
  if (encoding !== '') headers['content-encoding'] = headerText(encoding);
  return { headers, metadata, encryption: chooseEncryption(state, call, bucket) };
}

/** `aws-chunked` is about this request and not about the object. */
const contentEncoding = (header: string): string =>
  header
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding.toLowerCase() !== 'aws-chunked')
    .join(',');
