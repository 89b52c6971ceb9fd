import type { IncomingMessage } from 'node:http';

/** The first bytes of a body, all of it when it has no more than `bytesMax`. */
export async function readStart(response: IncomingMessage, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    received += chunk.length;
    if (received >= bytesMax) break;
  }
  return Buffer.concat(chunks).subarray(0, bytesMax);
}
