import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-call.ts';

/**
 * Reads a request's body into memory.
 *
 * @throws AwsError 413 when it is larger than `sizeBytesMax`
 */
export const readBody = async (request: IncomingMessage, sizeBytesMax: number): Promise<Buffer> => {
  const tooLarge = () =>
    new AwsError('RequestEntityTooLarge', 413, `Request body must be at most ${sizeBytesMax} bytes long.`);
  // Somewhat too large a body is read to its end and dropped: a connection that is closed with bytes unread is reset, and the client
  // may never see the answer. A much larger one is not worth that.
  const drainBytesMax = 4 * sizeBytesMax;
  if (Number(request.headers['content-length'] ?? 0) > drainBytesMax) {
    throw tooLarge();
  }
  const chunks: Buffer[] = [];
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
    }
  }
  if (sizeBytes > sizeBytesMax) {
    throw tooLarge();
  }
  return Buffer.concat(chunks, sizeBytes);
};
