import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-call.ts';

/** A request's body, read. */
export interface RequestBody {
  /** As it came. Joining them copies the body, which costs a large request more than all else: the garbage that it leaves does. */
  readonly chunks: readonly Buffer[];
  readonly sizeBytes: number;
  /** In hex. */
  readonly sha256: string;
}

/**
 * Reads a request's body into memory.
 *
 * @throws AwsError 413 when it is larger than `sizeBytesMax`
 */
export const readBody = async (request: IncomingMessage, sizeBytesMax: number): Promise<RequestBody> => {
  const tooLarge = () =>
    new AwsError('RequestEntityTooLarge', 413, `Request body must be at most ${sizeBytesMax} bytes long.`);
  // Somewhat too large a body is read to its end and dropped: a connection that is closed with bytes unread is reset, and the client
  // may never see the answer. A much larger one is not worth that.
  const drainBytesMax = 4 * sizeBytesMax;
  if (Number(request.headers['content-length'] ?? 0) > drainBytesMax) {
    throw tooLarge();
  }
  const chunks: Buffer[] = [];
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > drainBytesMax) {
      throw tooLarge();
    }
    if (sizeBytes > sizeBytesMax) {
      chunks.length = 0;
    } else {
      chunks.push(chunk);
      hash.update(chunk);
    }
  }
  if (sizeBytes > sizeBytesMax) {
    throw tooLarge();
  }
  return { chunks, sizeBytes, sha256: hash.digest('hex') };
};
