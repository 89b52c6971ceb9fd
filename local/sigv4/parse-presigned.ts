import { parseAmzDate } from './amz-date.ts';
import { parseCredential } from './credential-scope.ts';
import type { SignatureClaim } from './signature-claim.ts';
import type { SignatureErrors } from './signature-errors.ts';

/** Seven days. */
const expiresSecondsMax = 7 * 24 * 60 * 60;

/**
 * Reads the parameters of a presigned URL: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 *
 * @throws AwsError when one is missing or malformed
 */
export const parsePresigned = (query: Record<string, string[]>, errors: SignatureErrors): SignatureClaim => {
  const only = (name: string): string => {
    const [value, ...more] = query[name] ?? [];
    if (!value || more.length > 0) {
      throw errors.malformed(`The query parameter ${name} must be there once.`);
    }
    return value;
  };
  if (only('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') {
    throw errors.malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"');
  }
  const credential = parseCredential(only('X-Amz-Credential'));
  if (!credential) {
    throw errors.malformed('X-Amz-Credential must be <access key id>/<yyyymmdd>/<region>/<service>/aws4_request.');
  }
  const date = only('X-Amz-Date');
  const dateMs = parseAmzDate(date);
  if (dateMs === undefined) {
    throw errors.malformed("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
  }
  const expires = only('X-Amz-Expires');
  const expiresSeconds = /^\d{1,7}$/.test(expires) ? Number(expires) : Number.NaN;
  if (!(expiresSeconds >= 1 && expiresSeconds <= expiresSecondsMax)) {
    throw errors.malformed('X-Amz-Expires must be between 1 and 604800 seconds');
  }
  return {
    ...credential,
    date,
    dateMs,
    signedHeaders: only('X-Amz-SignedHeaders').toLowerCase().split(';'),
    signature: only('X-Amz-Signature'),
    sessionToken: query['X-Amz-Security-Token'] && only('X-Amz-Security-Token'),
    expiresSeconds,
  };
};
