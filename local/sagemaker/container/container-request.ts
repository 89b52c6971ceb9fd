import { type Agent, type IncomingMessage, request } from 'node:http';
import { pipeline } from 'node:stream';

/** One HTTP request to a container. */
export interface ContainerRequest {
  readonly method: 'DELETE' | 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: readonly Uint8Array[] | AsyncIterable<Uint8Array>;
  /** Until the answer is there whole. */
  readonly timeoutMs: number;
}

/** The container gave no answer, or not all of it, in time. */
export class ContainerTimeout extends Error {}

/**
 * Sends a request; resolves with the answer's head.
 * @throws ContainerTimeout; Error when there is no connection, or it breaks. Reading the answer throws likewise.
 */
export function sendToContainer(
  port: number,
  agent: Agent,
  { method, path, headers = {}, body, timeoutMs }: ContainerRequest,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, agent, method, path, headers });
    let answer: IncomingMessage | undefined;
    // Of the whole exchange: a timer of the socket would start anew with every byte.
    const late = setTimeout(() => {
      (answer ?? outgoing).destroy(new ContainerTimeout(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    outgoing.once('close', () => clearTimeout(late));
    outgoing.on('error', reject);
    outgoing.once('response', (response) => {
      answer = response;
      resolve(response);
    });
    if (body === undefined || isWhole(body)) {
      // Head and pieces leave together.
      outgoing.cork();
      for (const piece of body ?? []) outgoing.write(piece);
      outgoing.end();
      outgoing.uncork();
    } else {
      pipeline(body, outgoing, () => undefined);
    }
  });
}

const isWhole = (body: readonly Uint8Array[] | AsyncIterable<Uint8Array>): body is readonly Uint8Array[] =>
  Array.isArray(body);
