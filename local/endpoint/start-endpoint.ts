import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CredentialStore } from '../iam/credential-store.ts';
import { AwsError, type AwsService } from './aws-call.ts';
import { describeFailure } from './describe-failure.ts';
import { internalFailure } from './internal-failure.ts';
import { jsonError } from './json-error.ts';
import { serveService } from './serve-service.ts';
import { signingName } from './signing-name.ts';
import { splitUrl } from './split-url.ts';
import { writeAnswer } from './write-answer.ts';

/** A service that reads requests and writes answers by itself, its authentication included. */
export type RawHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export interface EndpointOptions {
  /** 0 takes any free port. @default 0 */
  readonly port?: number;
  readonly region: string;
  readonly credentials: CredentialStore;
  /** By signing name. */
  readonly services: readonly AwsService[];
  /** Takes requests signed for `s3` and, since buckets may be public and POST forms sign themselves, all that are not signed. */
  readonly s3: RawHandler;
  /** Takes every path that begins with `/_aws/execute-api/`. */
  readonly executeApi: RawHandler;
  /** Takes a line about each unexpected error. */
  readonly log: (line: string) => void;
}

export interface Endpoint {
  /** `http://127.0.0.1:<port>`, for `AWS_ENDPOINT_URL`. */
  readonly url: string;
  /** Takes no more requests, waits up to five seconds for those under way, then cuts them off. */
  stop(): Promise<void>;
}

/** Longer than SDKs keep idle connections, so that they never send on one that is just being closed. */
const keepAliveMs = 75_000;
const stopMs = 5_000;

/**
 * Starts the one HTTP server that takes all AWS calls, on the loopback interface only.
 *
 * @throws when the port is taken
 */
export const startEndpoint = async (options: EndpointOptions): Promise<Endpoint> => {
  const services = new Map(options.services.map((service) => [service.signingName, service]));
  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = request.url ?? '/';
    if (url.startsWith('/_aws/execute-api/')) {
      return options.executeApi(request, response);
    }
    const name = signingName(request.headers, new URLSearchParams(splitUrl(url).query));
    const service = name === undefined ? undefined : services.get(name);
    if (service) {
      return serveService(service, options, request, response);
    }
    if (name === 's3' || (name === undefined && request.headers['x-amz-target'] === undefined)) {
      return options.s3(request, response);
    }
    const refusal = name === undefined ? unsigned() : unknownService(name);
    await writeAnswer(request, response, jsonError(refusal), randomUUID());
  };
  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    route(request, response).catch((error: unknown) => {
      options.log(`${request.method} failed: ${describeFailure(error)}`);
      if (response.headersSent) {
        response.destroy();
      } else {
        void writeAnswer(request, response, jsonError(internalFailure(error)), randomUUID());
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      // Clients keep their connections after the last answer, so these have to be closed as they fall idle.
      const closeIdle = setInterval(() => server.closeIdleConnections(), 20);
      const cut = setTimeout(() => server.closeAllConnections(), stopMs);
      await closed;
      clearInterval(closeIdle);
      clearTimeout(cut);
    },
  };
};

const unsigned = () =>
  new AwsError('MissingAuthenticationTokenException', 400, 'Request is missing Authentication Token');

const unknownService = (name: string) =>
  new AwsError('NotImplemented', 501, `The service "${name}" is not part of the local cloud.`);
