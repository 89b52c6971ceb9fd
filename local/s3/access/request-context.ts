import type { S3Call } from '../request/s3-call.ts';

/** Headers that are condition keys by the name `s3:<header>`. */
const keyHeaders = [
  'if-match',
  'if-none-match',
  'x-amz-acl',
  'x-amz-content-sha256',
  'x-amz-copy-source',
  'x-amz-metadata-directive',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-storage-class',
];

/**
 * The condition keys of S3: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 * The local endpoint has no TLS since it listens on the loopback interface alone; a bucket policy that insists on TLS is about the
 * deployment, so requests count as coming over its newest version (`aws:SecureTransport` is among the evaluator's global keys).
 */
export function requestContext(call: S3Call, account: string): Record<string, string> {
  const context: Record<string, string> = {
    's3:TlsVersion': '1.3',
    's3:authType': call.authType,
    's3:signatureversion': 'AWS4-HMAC-SHA256',
    's3:ResourceAccount': account,
    'aws:ResourceAccount': account,
  };
  for (const name of keyHeaders) {
    const value = call.headers[name];
    if (value !== undefined) context[`s3:${name}`] = value;
  }
  return context;
}
