import {
  type ChecksumAlgorithm,
  checksumAlgorithms,
  checksumBytes,
  checksumHeader,
} from '../checksum/checksum-algorithm.ts';
import { s3Error } from '../s3-error.ts';

/** What a request claims about its content, to be held against what arrives. */
export interface ContentClaims {
  readonly md5?: Buffer;
  /** Hex, of the body as it is signed. */
  readonly sha256?: string;
  /** Without a value the value comes in a trailer. */
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value?: string };
}

const base64Of = (text: string, bytes: number): Buffer | undefined => {
  const raw = Buffer.from(text, 'base64');
  return raw.length === bytes && raw.toString('base64') === text ? raw : undefined;
};

/**
 * Reads `Content-MD5`, `x-amz-content-sha256`, `x-amz-checksum-…` and `x-amz-trailer`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 *
 * @throws AwsError `InvalidDigest`, `InvalidRequest` for a checksum that is none, that is announced but missing, or of which there are two
 */
export function contentClaims(headers: Readonly<Record<string, string | undefined>>): ContentClaims {
  const md5Text = headers['content-md5'];
  const md5 = md5Text === undefined ? undefined : base64Of(md5Text, 16);
  if (md5Text !== undefined && md5 === undefined) throw s3Error.invalidDigest();
  const payload = headers['x-amz-content-sha256'];
  const checksum = checksumClaim(headers);
  return {
    ...(md5 && { md5 }),
    ...(payload !== undefined && /^[0-9a-f]{64}$/.test(payload) && { sha256: payload }),
    ...(checksum && { checksum }),
  };
}

function checksumClaim(headers: Readonly<Record<string, string | undefined>>): ContentClaims['checksum'] {
  const inTrailer = (headers['x-amz-trailer'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const algorithms = checksumAlgorithms.filter((algorithm) => {
    const header = checksumHeader(algorithm);
    return headers[header] !== undefined || inTrailer.includes(header);
  });
  const known = algorithms.map(checksumHeader);
  if (inTrailer.some((name) => !known.includes(name))) {
    throw s3Error.invalidRequest('The value specified in the x-amz-trailer header is not supported');
  }
  if (algorithms.length > 1) {
    throw s3Error.invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  const [algorithm] = algorithms;
  if (algorithm === undefined) {
    if (headers['x-amz-sdk-checksum-algorithm'] === undefined) return undefined;
    throw s3Error.invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  const value = headers[checksumHeader(algorithm)];
  if (value !== undefined && base64Of(value, checksumBytes[algorithm]) === undefined) {
    throw s3Error.invalidRequest(`Value for ${checksumHeader(algorithm)} header is invalid.`);
  }
  return { algorithm, ...(value !== undefined && { value }) };
}
