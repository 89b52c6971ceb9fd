import type { ChecksumAlgorithm } from '../checksum/checksum-algorithm.ts';
import type { S3Call } from '../request/s3-call.ts';
import { s3Error } from '../s3-error.ts';
import { awsChunks } from './aws-chunks.ts';
import { contentClaims } from './content-claims.ts';
import { IncomingContent } from './incoming-content.ts';

/**
 * The content of a request's body, plain or in aws-chunked framing.
 *
 * @throws AwsError `MissingContentLength`, `EntityTooLarge`, and what `contentClaims` throws; `NotImplemented` for signed chunks
 */
export function requestContent(
  { headers, body }: S3Call,
  sizeBytesMax: number,
  algorithms: readonly ChecksumAlgorithm[],
): IncomingContent {
  const payload = headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD';
  const framed = payload === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  if (payload.startsWith('STREAMING-') && !framed) throw s3Error.notImplemented(`x-amz-content-sha256: ${payload}`);
  const claims = contentClaims(headers);
  if (claims.checksum && claims.checksum.value === undefined && !framed) {
    throw s3Error.invalidRequest('x-amz-trailer needs x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER.');
  }
  const length = framed ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  if (length === undefined || !/^\d{1,15}$/.test(length)) throw s3Error.missingContentLength();
  const sizeBytes = Number(length);
  if (sizeBytes > sizeBytesMax) throw s3Error.entityTooLarge(sizeBytesMax);
  const trailers = new Map<string, string>();
  return new IncomingContent(framed ? awsChunks(body, trailers) : body, {
    claims,
    sizeBytes,
    sizeBytesMax,
    algorithms,
    trailers,
  });
}
