import type { IncomingMessage } from 'node:http';

/** Why a body did not arrive. */
export class BodyError extends Error {
  readonly reason: 'too-large' | 'aborted';

  constructor(reason: 'too-large' | 'aborted') {
    super(`the request's body is ${reason}`);
    this.name = 'BodyError';
    this.reason = reason;
  }
}

const nothing = Buffer.alloc(0);

/** Whether the request announces a body, and how long it claims to be (undefined: sent in chunks). */
export function announcedBytes({ headers }: IncomingMessage): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined;
  return Number(headers['content-length'] ?? 0);
}

/**
 * Collects the body of a request. Holds never more than the limit, whatever the client announced.
 * @throws BodyError when it is longer than the limit, or the client goes away
 */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const announced = announcedBytes(request);
  if (announced === 0) return nothing;
  if (announced !== undefined && announced > bytesMax) throw new BodyError('too-large');
  // It may have gone while its authorizer was asked; no event would come any more.
  if (request.destroyed) throw new BodyError('aborted');
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (finish: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      finish();
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > bytesMax) settle(() => reject(new BodyError('too-large')));
      else chunks.push(chunk);
    };
    const onEnd = (): void =>
      settle(() => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes)));
    const onClose = (): void => settle(() => reject(new BodyError('aborted')));
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}
