import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { limits } from './limits.ts';

/** The instance at the other end of one Runtime API address. */
export interface RuntimePeer {
  /** It is ready for an event, which goes into this response when there is one. False when it waits for one already. */
  next(response: ServerResponse): boolean;
  /** @param body `undefined` when it was larger than an answer may be. False when no such invocation is running. */
  answered(requestId: string, body: Buffer | undefined): boolean;
  failed(requestId: string, error: Buffer | undefined): boolean;
  initFailed(error: Buffer | undefined): void;
}

/**
 * The Lambda Runtime API on the loopback interface. Each instance has an address of its own with a secret path, so that no function
 * can take or answer the events of another.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeServer {
  readonly #peers = new Map<string, RuntimePeer>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) =>
      this.#handle(request, response),
    );
  }

  static async start(): Promise<RuntimeServer> {
    const runtime = new RuntimeServer();
    await new Promise<void>((resolve, reject) => {
      runtime.#server.once('error', reject);
      runtime.#server.listen(0, '127.0.0.1', resolve);
    });
    return runtime;
  }

  /** The value of `AWS_LAMBDA_RUNTIME_API` for a new instance. */
  open(peer: RuntimePeer): string {
    const secret = randomBytes(24).toString('base64url');
    this.#peers.set(secret, peer);
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}/${secret}`;
  }

  close(address: string): void {
    this.#peers.delete(address.slice(address.indexOf('/') + 1));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const [, secret = '', , , phase = '', id = '', last] = (request.url ?? '').split('/');
    const peer = this.#peers.get(secret);
    if (peer === undefined) {
      request.resume();
      reply(response, 403, { errorType: 'InvalidRuntimeApi', errorMessage: 'no instance has this address' });
    } else if (request.method === 'GET' && phase === 'invocation' && id === 'next') {
      request.resume();
      if (!peer.next(response))
        reply(response, 403, { errorType: 'InvalidStateTransition', errorMessage: 'next is pending' });
    } else if (request.method === 'POST' && phase === 'init' && id === 'error') {
      readBody(request, (error) => {
        peer.initFailed(error);
        reply(response, 202, accepted);
      });
    } else if (request.method === 'POST' && phase === 'invocation' && (last === 'response' || last === 'error')) {
      readBody(request, (body) => {
        const known = last === 'response' ? peer.answered(id, body) : peer.failed(id, body);
        if (!known)
          reply(response, 400, { errorType: 'InvalidRequestID', errorMessage: 'no such invocation is running' });
        else if (body === undefined)
          reply(response, 413, { errorType: 'RequestEntityTooLarge', errorMessage: 'too large' });
        // The instance does not wait for it; whoever asked for what it has answered does, and is answered first.
        else setImmediate(reply, response, 202, accepted);
      });
    } else {
      request.resume();
      reply(response, 404, { errorType: 'NotFound', errorMessage: 'the Runtime API has no such path' });
    }
  }
}

const accepted = { status: 'OK' };

function reply(response: ServerResponse, status: number, body: object): void {
  const json = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) });
  response.end(json);
}

/** Hands over the whole body, or `undefined` once it has been read to its end and was larger than an answer may be. */
function readBody(request: IncomingMessage, done: (body: Buffer | undefined) => void): void {
  let chunks: Buffer[] = [];
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > limits.payloadBytesMax) chunks = [];
    else chunks.push(chunk);
  });
  request.on('end', () => {
    if (length > limits.payloadBytesMax) done(undefined);
    else done(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
  });
}
