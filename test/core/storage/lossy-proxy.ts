import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What becomes of a request, instead of an answer to the client: done, its answer lost; or refused with a status. */
export type Trouble = 'lost' | 500;

/** Stands between a client and DynamoDB, and makes the trouble that `next` holds, each once and in turn. */
export async function startLossyProxy(endpoint: string) {
  const next: Trouble[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const trouble = next.shift();
    if (trouble === 500) {
      response.writeHead(500).end('{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError"}');
      return;
    }
    const { 'content-length': _, connection: __, host: ___, ...headers } = request.headers;
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: new Uint8Array(await buffer(request)),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (trouble === 'lost') request.socket.destroy();
    else response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
