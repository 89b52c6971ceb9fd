import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A call as it came. */
export interface Call {
  readonly endpoint: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a container answers. */
export interface ContainerAnswer {
  readonly status?: number;
  readonly contentType?: string;
  readonly body: string | Uint8Array;
}

/** What SageMaker itself answers in the container's place. */
export interface ServiceError {
  readonly error: string;
  readonly status: number;
  readonly message?: string;
}

/** What becomes of a call; the words are explained in README.md. */
export type Outcome = ContainerAnswer | ServiceError | 'hang up' | 'cut off' | 'silence';

export interface FakeSageMakerRuntime {
  readonly url: string;
  /** By name; a test puts in what each is to do. */
  readonly endpoints: Map<string, (call: Call) => Outcome | Promise<Outcome>>;
  /** Calls of endpoints that exist, in their order. */
  readonly calls: Call[];
  /** How many connections were opened. */
  readonly connections: () => number;
  /** Closes the connections that are open, as a server does that has waited long enough for another request. */
  readonly closeConnections: () => void;
  readonly close: () => Promise<void>;
}

const account = '000000000000';

/** Starts the fake that README.md in this folder specifies. */
export async function fakeSageMakerRuntime(): Promise<FakeSageMakerRuntime> {
  const endpoints: FakeSageMakerRuntime['endpoints'] = new Map();
  const calls: Call[] = [];
  let connections = 0;

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const name = /^\/endpoints\/([^/?]+)\/invocations$/.exec(request.url ?? '')?.[1];
    if (request.method !== 'POST' || name === undefined) {
      refuse(response, { error: 'UnknownOperationException', status: 404 });
      return;
    }
    if (!isSigned(request.headers, body)) {
      refuse(response, { error: 'InvalidSignatureException', status: 403, message: 'not signed for sagemaker' });
      return;
    }
    const endpoint = decodeURIComponent(name);
    const serve = endpoints.get(endpoint);
    if (serve === undefined) {
      const message = `Endpoint ${endpoint} of account ${account} not found.`;
      refuse(response, { error: 'ValidationError', status: 400, message });
      return;
    }
    const call = { endpoint, headers: request.headers, body };
    calls.push(call);
    answer(response, endpoint, await serve(call));
  };

  const server = createServer((request, response) => {
    respond(request, response).catch((error: Error) => refuse(response, { error: error.message, status: 500 }));
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    endpoints,
    calls,
    connections: () => connections,
    closeConnections: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function answer(response: ServerResponse, endpoint: string, outcome: Outcome): void {
  if (outcome === 'silence') return;
  if (outcome === 'hang up') {
    response.destroy();
    return;
  }
  if (outcome === 'cut off') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 }).write('{"model_');
    setImmediate(() => response.destroy());
    return;
  }
  if ('error' in outcome) {
    refuse(response, outcome);
    return;
  }
  const { status = 200, contentType = 'application/json', body } = outcome;
  if (status >= 200 && status <= 299) {
    response.setHeader('x-Amzn-Invoked-Production-Variant', 'AllTraffic');
    response.writeHead(200, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }).end(body);
    return;
  }
  const text = Buffer.from(body as string).toString();
  refuse(
    response,
    { error: 'ModelError', status: 424, message: '' },
    {
      Message: `Received ${status >= 500 ? 'server' : 'client'} error (${status}) from primary with message "${text}".`,
      OriginalStatusCode: status,
      OriginalMessage: text,
      LogStreamArn: `arn:aws:logs:eu-central-1:${account}:log-group:/aws/sagemaker/Endpoints/${endpoint}`,
    },
  );
}

function refuse(response: ServerResponse, { error, status, message = error }: ServiceError, members?: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': error })
    .end(JSON.stringify(members ?? { message }));
}

function isSigned(headers: IncomingHttpHeaders, body: Uint8Array): boolean {
  const { authorization = '', 'x-amz-content-sha256': digest } = headers;
  return (
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[a-z0-9-]+\/sagemaker\/aws4_request, /.test(authorization) &&
    (digest === undefined || digest === createHash('sha256').update(body).digest('hex'))
  );
}
