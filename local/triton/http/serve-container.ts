import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { describeFailure } from '../../endpoint/describe-failure.ts';
import type { Log } from '../log.ts';
import type { Answer } from './answer.ts';
import type { Container } from './container.ts';
import { drainBody } from './drain-body.ts';
import { jsonAnswer } from './json-answer.ts';
import { RequestError } from './request-error.ts';

/** An error's text, whatever names a client put into it. */
const messageCharactersMax = 4000;

/** The server of a container, not listening yet. `ready` says whether it takes requests. */
export function serveContainer(container: Container, ready: () => boolean, log: Log): Server {
  const server = createServer((request, response) => {
    void answerTo(request, response)
      .catch((error: unknown) => refusal(error))
      .then(async (answer) => {
        await drainBody(request);
        write(request, response, answer, ready());
      });
  });
  // SageMaker keeps its connections; Node's 5 s would close them under its hands.
  server.keepAliveTimeout = 75_000;
  return server;

  async function answerTo(request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const [path = '', query = ''] = (request.url ?? '').split('?', 2);
    const method = request.method ?? '';
    if (path === '/ping') {
      if (method !== 'GET') return jsonAnswer(405, { error: 'Method Not Allowed' });
      return { status: ready() ? 200 : 400, pieces: [] };
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const answer = container.answer({
      method,
      path,
      query: new URLSearchParams(query),
      request,
      cancelled: gone.signal,
    });
    // What it does not know, Triton's frontend for SageMaker answers with nothing but this.
    return (await answer) ?? { status: 400, pieces: [] };
  }

  function refusal(error: unknown): Answer {
    const status = error instanceof RequestError ? error.status : container.statusOf(error);
    if (status === undefined) {
      log.error(`unexpected ${describeFailure(error)}`);
      return jsonAnswer(500, { error: 'internal error' });
    }
    return jsonAnswer(status, { error: (error as Error).message.slice(0, messageCharactersMax) });
  }
}

function write(request: IncomingMessage, response: ServerResponse, answer: Answer, keepAlive: boolean): void {
  const { status, contentType, pieces, headers } = answer;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  response.writeHead(status, {
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    'content-length': length,
    ...headers,
    // A body that nobody reads to its end stands in the way of the next request.
    ...(keepAlive && request.complete ? {} : { connection: 'close' }),
  });
  for (const piece of pieces) response.write(piece);
  response.end();
}
