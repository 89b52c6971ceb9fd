import type { IncomingMessage } from 'node:http';

/** Enough that the usual oversize upload still reads its 413 instead of a reset connection. */
const discardedBytesMax = 64 * 1024 * 1024;

/** Lets what is left of a request's body run into nothing, up to a limit; then the connection is cut. */
export function discardBody(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let left = discardedBytesMax;
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) request.destroy();
  });
}
