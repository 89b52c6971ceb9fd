import { createHash } from 'node:crypto';
import type { CredentialStore } from '../iam/credential-store.ts';
import type { Principal } from '../iam/principal.ts';
import { formatAmzDate } from './amz-date.ts';
import { canonicalRequest } from './canonical-request.ts';
import { equalText } from './equal-text.ts';
import { findCredential } from './find-credential.ts';
import { parseAuthorization } from './parse-authorization.ts';
import { parsePresigned } from './parse-presigned.ts';
import { parseQuery } from './parse-query.ts';
import type { SignatureClaim } from './signature-claim.ts';
import { type SignatureErrors, signatureErrors } from './signature-errors.ts';
import { signatureOf } from './signature-of.ts';
import type { SignedRequest } from './signed-request.ts';

/** How far apart the clocks of client and service may be. */
const skewMs = 15 * 60 * 1000;

interface Verifier {
  /** Signing name that the credential scope must have. */
  readonly service: string;
  /** Region that the credential scope must have. */
  readonly region: string;
  readonly credentials: CredentialStore;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

/**
 * Checks the Signature Version 4 of a request, in the Authorization header or in the query of a presigned URL, by making it anew.
 *
 * @returns who signed it
 * @throws AwsError in the spelling of the service: no signature, malformed, unknown key, wrong or expired token, wrong region or service,
 * clock skew, past its expiry, an `x-amz-` header that is not signed, a signature that differs
 */
export const verifyRequest = (request: SignedRequest, verifier: Verifier): Principal => {
  const { service, region, credentials, now = Date.now } = verifier;
  const errors = signatureErrors(service);
  const query = parseQuery(request.query);
  if (!query) {
    throw errors.malformed('The query string has a malformed escape.');
  }
  const claim = parseClaim(request, query, errors);
  if (claim.scope.service !== service) {
    throw errors.wrongService(service);
  }
  if (claim.scope.region !== region) {
    throw errors.wrongRegion(region);
  }
  checkTime(claim, now(), errors);
  const credential = findCredential(claim, service, credentials, now());
  const headers = pickSigned(request, claim, errors);
  delete query['X-Amz-Signature'];
  const canonical = canonicalRequest({ ...request, headers }, query, service);
  const stringToSign = [
    'AWS4-HMAC-SHA256',
    claim.date,
    `${claim.scope.date}/${region}/${service}/aws4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  if (!equalText(signatureOf(credential.secretAccessKey, claim.scope, stringToSign), claim.signature)) {
    throw errors.mismatch();
  }
  return credential.principal;
};

const parseClaim = (
  request: SignedRequest,
  query: Record<string, string[]>,
  errors: SignatureErrors,
): SignatureClaim => {
  const inQuery = 'X-Amz-Algorithm' in query || 'X-Amz-Signature' in query;
  if (request.headers['authorization'] !== undefined) {
    if (inQuery) {
      throw errors.malformed(
        'Only one auth mechanism allowed: the Authorization header or the X-Amz- query parameters.',
      );
    }
    return parseAuthorization(request, errors);
  }
  if (!inQuery) {
    throw errors.missing();
  }
  return parsePresigned(query, errors);
};

const checkTime = (claim: SignatureClaim, nowMs: number, errors: SignatureErrors): void => {
  const { date, dateMs, expiresSeconds } = claim;
  if (!date.startsWith(claim.scope.date)) {
    throw errors.malformed(
      `Date in Credential scope does not match YYYYMMDD of the request's date: '${claim.scope.date}'.`,
    );
  }
  if (dateMs > nowMs + skewMs) {
    const limit = formatAmzDate(nowMs + skewMs);
    throw errors.skewed(
      `Signature not yet current: ${date} is still later than ${limit} (${formatAmzDate(nowMs)} + 15 min.)`,
    );
  }
  if (expiresSeconds === undefined && dateMs < nowMs - skewMs) {
    const limit = formatAmzDate(nowMs - skewMs);
    throw errors.skewed(`Signature expired: ${date} is now earlier than ${limit} (${formatAmzDate(nowMs)} - 15 min.)`);
  }
  if (expiresSeconds !== undefined && dateMs + expiresSeconds * 1000 < nowMs) {
    const end = formatAmzDate(dateMs + expiresSeconds * 1000);
    throw errors.expired(`Signature expired: ${end} is now earlier than ${formatAmzDate(nowMs)}`);
  }
};

/** The headers that count. `host` and every `x-amz-` header must be among them, else they could be changed under way. */
const pickSigned = (request: SignedRequest, claim: SignatureClaim, errors: SignatureErrors): Record<string, string> => {
  const signed: Record<string, string> = Object.create(null);
  for (const name of claim.signedHeaders) {
    const value = request.headers[name];
    if (value === undefined) {
      throw errors.mismatch();
    }
    signed[name] = value;
  }
  const loose = Object.keys(request.headers).filter(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !(name in signed),
  );
  if (loose.length > 0) {
    throw errors.unsignedHeaders(loose);
  }
  return signed;
};
