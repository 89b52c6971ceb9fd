import type { IncomingMessage } from 'node:http';
import { readStart } from './read-start.ts';

/**
 * The bytes of a body, of which at most `bytesMax` are taken in. A stated length beyond that is believed, and nothing read.
 *
 * @returns undefined when the body is longer
 * @throws when it breaks off
 */
export async function readBody(
  response: IncomingMessage,
  bytesMax: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const stated = Number(response.headers['content-length'] ?? Number.NaN);
  if (stated > bytesMax) {
    response.destroy();
    return undefined;
  }
  // A stated length is allocated once: an artifact of 200 MB should not be in memory twice. Node reads no more than was stated.
  if (!Number.isNaN(stated)) {
    const bytes = new Uint8Array(stated);
    let received = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      bytes.set(chunk, received);
      received += chunk.length;
    }
    return bytes;
  }
  const start = await readStart(response, bytesMax + 1);
  return start.length > bytesMax ? undefined : start;
}
