import type { IncomingMessage } from 'node:http';
import { drainBytesMax } from './drain-body.ts';
import { RequestError } from './request-error.ts';

/** Real-time requests to SageMaker have 25 MB at most. https://docs.aws.amazon.com/sagemaker/latest/dg/model-deploy-faqs.html */
const bytesMax = 25_000_000;

/**
 * Reads a body into a buffer of its own, which can be handed to another thread.
 *
 * @param alignedAt a position in the body that comes to lie at a multiple of 8, so that what starts there is read in place
 * @throws {RequestError} 413, with nothing kept of what was sent; 400 when the client goes away
 */
export async function readBody(request: IncomingMessage, alignedAt = 0): Promise<Buffer<ArrayBuffer>> {
  if (Number(request.headers['content-length'] ?? 0) > drainBytesMax) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > drainBytesMax) throw tooLarge();
      // Read to its end even so.
      if (length > bytesMax) chunks.length = 0;
      else chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw new RequestError(400, 'the request ended before its body', { cause: error });
  }
  if (length > bytesMax) throw tooLarge();
  const padding = (8 - (alignedAt % 8)) % 8;
  // Not from Node's pool, and not filled with zeros first: all of it is written here.
  const body = Buffer.allocUnsafeSlow(padding + length).subarray(padding) as Buffer<ArrayBuffer>;
  let at = 0;
  for (const chunk of chunks) at += chunk.copy(body, at);
  return body;
}

const tooLarge = (): RequestError => new RequestError(413, `the body has more than ${bytesMax} bytes`);
