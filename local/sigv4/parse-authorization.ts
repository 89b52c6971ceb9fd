import { parseAmzDate } from './amz-date.ts';
import { parseCredential } from './credential-scope.ts';
import type { SignatureClaim } from './signature-claim.ts';
import type { SignatureErrors } from './signature-errors.ts';
import type { SignedRequest } from './signed-request.ts';

/**
 * Reads the Authorization header:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 *
 * @throws AwsError when it is not a whole `AWS4-HMAC-SHA256` header
 */
export const parseAuthorization = (request: SignedRequest, errors: SignatureErrors): SignatureClaim => {
  const header = request.headers['authorization'] ?? '';
  const [algorithm = '', ...rest] = header.split(' ');
  if (algorithm !== 'AWS4-HMAC-SHA256') {
    throw errors.malformed("Unsupported AWS 'algorithm': only AWS4-HMAC-SHA256 is supported.");
  }
  const fields = new Map<string, string>();
  for (const part of rest.join('').split(',')) {
    const equals = part.indexOf('=');
    fields.set(part.slice(0, Math.max(equals, 0)), part.slice(equals + 1));
  }
  for (const name of ['Credential', 'SignedHeaders', 'Signature']) {
    if (!fields.get(name)) {
      throw errors.malformed(`Authorization header requires '${name}' parameter.`);
    }
  }
  const credential = parseCredential(fields.get('Credential') ?? '');
  if (!credential) {
    throw errors.malformed('Credential must be <access key id>/<yyyymmdd>/<region>/<service>/aws4_request.');
  }
  const date = request.headers['x-amz-date'] ?? '';
  const dateMs = parseAmzDate(date);
  if (dateMs === undefined) {
    throw errors.malformed(
      "Authorization header requires existence of a 'X-Amz-Date' header in ISO-8601 basic format.",
    );
  }
  return {
    ...credential,
    date,
    dateMs,
    signedHeaders: (fields.get('SignedHeaders') ?? '').toLowerCase().split(';'),
    signature: fields.get('Signature') ?? '',
    sessionToken: request.headers['x-amz-security-token'],
  };
};
