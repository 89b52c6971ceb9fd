import type { CredentialStore } from '../../iam/credential-store.ts';
import type { Principal } from '../../iam/principal.ts';
import { parseCredential } from '../../sigv4/credential-scope.ts';
import { equalText } from '../../sigv4/equal-text.ts';
import { findCredential } from '../../sigv4/find-credential.ts';
import { signatureErrors } from '../../sigv4/signature-errors.ts';
import { signatureOf } from '../../sigv4/signature-of.ts';
import { s3Error } from '../s3-error.ts';

/**
 * Checks the signature of a form, which is over its policy:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 *
 * @returns who signed it
 * @throws AwsError `AccessDenied` for a form without a policy, `InvalidArgument` for a missing field, and as for any signature
 */
export function verifyForm(
  fields: ReadonlyMap<string, string>,
  { region, credentials, nowMs }: { region: string; credentials: CredentialStore; nowMs: number },
): Principal {
  const errors = signatureErrors('s3');
  const policy = fields.get('policy');
  if (policy === undefined) throw s3Error.accessDenied();
  const field = (name: string): string => {
    const value = fields.get(name);
    if (value === undefined) throw s3Error.invalidArgument(`Bucket POST must contain a field named '${name}'.`);
    return value;
  };
  if (field('x-amz-algorithm') !== 'AWS4-HMAC-SHA256') {
    throw s3Error.invalidArgument('x-amz-algorithm must be AWS4-HMAC-SHA256.');
  }
  const claim = parseCredential(field('x-amz-credential'));
  if (claim === undefined) {
    throw s3Error.invalidArgument('x-amz-credential must be <access key id>/<yyyymmdd>/<region>/s3/aws4_request.');
  }
  const { accessKeyId, scope } = claim;
  if (scope.service !== 's3') throw errors.wrongService('s3');
  if (scope.region !== region) throw errors.wrongRegion(region);
  if (!field('x-amz-date').startsWith(scope.date)) {
    throw s3Error.invalidArgument("x-amz-date must be of the credential's date.");
  }
  const sessionToken = fields.get('x-amz-security-token');
  const { secretAccessKey, principal } = findCredential({ accessKeyId, sessionToken }, 's3', credentials, nowMs);
  if (!equalText(signatureOf(secretAccessKey, scope, policy), field('x-amz-signature'))) throw errors.mismatch();
  return principal;
}
