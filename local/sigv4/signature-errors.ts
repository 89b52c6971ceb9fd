import { AwsError } from '../endpoint/aws-call.ts';

/** How a family of services spells the ways in which authentication fails. */
export interface SignatureErrors {
  missing(): AwsError;
  malformed(detail: string): AwsError;
  unknownKey(): AwsError;
  wrongToken(): AwsError;
  expiredToken(): AwsError;
  wrongRegion(region: string): AwsError;
  wrongService(service: string): AwsError;
  mismatch(): AwsError;
  unsignedHeaders(names: readonly string[]): AwsError;
  /** The request's own time is more than the allowed skew away. */
  skewed(detail: string): AwsError;
  /** A presigned URL is past its time. */
  expired(detail: string): AwsError;
}

const mismatchText =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. ' +
  'Consult the service documentation for details.';

/** JSON services: DynamoDB answers them with 400, the REST ones with 403. */
const general = (status: number): SignatureErrors => ({
  missing: () => new AwsError('MissingAuthenticationTokenException', status, 'Missing Authentication Token'),
  malformed: (detail) => new AwsError('IncompleteSignatureException', status, detail),
  unknownKey: () =>
    new AwsError('UnrecognizedClientException', status, 'The security token included in the request is invalid.'),
  wrongToken: () =>
    new AwsError('UnrecognizedClientException', status, 'The security token included in the request is invalid.'),
  expiredToken: () =>
    new AwsError('ExpiredTokenException', status, 'The security token included in the request is expired'),
  wrongRegion: (region) =>
    new AwsError('InvalidSignatureException', status, `Credential should be scoped to a valid region: '${region}'.`),
  wrongService: (service) =>
    new AwsError('InvalidSignatureException', status, `Credential should be scoped to correct service: '${service}'.`),
  mismatch: () => new AwsError('InvalidSignatureException', status, mismatchText),
  unsignedHeaders: (names) =>
    new AwsError('InvalidSignatureException', status, `Headers must be signed: ${names.join(', ')}`),
  skewed: (detail) => new AwsError('InvalidSignatureException', status, detail),
  expired: (detail) => new AwsError('InvalidSignatureException', status, detail),
});

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const s3: SignatureErrors = {
  missing: () => new AwsError('AccessDenied', 403, 'Access Denied'),
  malformed: (detail) => new AwsError('AuthorizationHeaderMalformed', 400, detail),
  unknownKey: () =>
    new AwsError('InvalidAccessKeyId', 403, 'The AWS Access Key Id you provided does not exist in our records.'),
  wrongToken: () => new AwsError('InvalidToken', 400, 'The provided token is malformed or otherwise invalid.'),
  expiredToken: () => new AwsError('ExpiredToken', 400, 'The provided token has expired.'),
  wrongRegion: (region) =>
    new AwsError(
      'AuthorizationHeaderMalformed',
      400,
      `The authorization header is malformed; the region is wrong; expecting '${region}'`,
    ),
  wrongService: () =>
    new AwsError(
      'AuthorizationHeaderMalformed',
      400,
      "The authorization header is malformed; incorrect service. This endpoint belongs to 's3'.",
    ),
  mismatch: () =>
    new AwsError(
      'SignatureDoesNotMatch',
      403,
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ),
  unsignedHeaders: (names) =>
    new AwsError(
      'AccessDenied',
      403,
      `There were headers present in the request which were not signed: ${names.join(', ')}`,
    ),
  skewed: () =>
    new AwsError(
      'RequestTimeTooSkewed',
      403,
      'The difference between the request time and the current time is too large.',
    ),
  expired: () => new AwsError('AccessDenied', 403, 'Request has expired'),
};

const json = general(400);
const rest = general(403);

/** The spelling of the service with this signing name. */
export const signatureErrors = (service: string): SignatureErrors =>
  service === 's3' ? s3 : service === 'dynamodb' ? json : rest;
