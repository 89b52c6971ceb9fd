import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Port of the other side, which tells connections apart. */
  readonly connection: number | undefined;
}

/** A server that gives the answers in turn, the last of them for ever, and keeps what it got. Ends with the test. */
export async function startAnswering(...answers: RequestListener[]) {
  const received: Received[] = [];
  const handle = async (
    request: IncomingMessage,
    response: ServerResponse & { req: IncomingMessage },
  ): Promise<void> => {
    const { method, url: path, headers, socket } = request;
    const connection = socket.remotePort;
    const body = await buffer(request).catch(() => Buffer.alloc(0));
    received.push({ method, path, headers, body, connection });
    (answers.length > 1 ? answers.shift() : answers[0])?.(request, response);
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received, server };
}
