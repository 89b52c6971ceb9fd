import type { IncomingMessage } from 'node:http';

/**
 * Somewhat too large a body, or one that nobody asked for, is read to its end and dropped: a connection that is closed with bytes unread
 * is reset, and the client may never see the answer. A much larger one is not worth that.
 */
export const drainBytesMax = 100_000_000;

/** Reads what is left of a request to its end, if it says that this is not too much; resolves when it is, or the client is gone. */
export async function drainBody(request: IncomingMessage): Promise<void> {
  const declared = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY);
  if (request.complete || request.destroyed || declared > drainBytesMax) return;
  await new Promise<void>((resolve) => {
    request.once('end', resolve);
    request.once('close', resolve);
    request.resume();
  });
}
