import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApiGateway } from '../apigateway/api-gateway.ts';

/** Above API Gateway's 10,240 bytes, so that its own limit answers. */
const headerBytesMax = 16 * 1024;
/** A client that takes longer to send its request, 10 MB at the most, is cut off. */
const requestMsMax = 60_000;
/** As API Gateway. Longer than most clients keep idle connections, so that they never send on one that is just being closed. */
const idleMsMax = 75_000;
const stopMs = 5_000;

/** Where a domain leads. */
export interface DomainTarget {
  readonly gateway: ApiGateway;
  readonly apiId: string;
  readonly stage: string;
}

/**
 * A port that serves one stage of a REST API at its root, as a custom domain name with an empty base path does on AWS.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html
 */
export class Domain {
  readonly #server: Server;
  #target: DomainTarget | undefined;

  private constructor() {
    this.#server = createServer(
      { maxHeaderSize: headerBytesMax, requestTimeout: requestMsMax, keepAliveTimeout: idleMsMax },
      (request, response) => this.#serve(request, response, false),
    );
    this.#server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
      this.#serve(request, response, true),
    );
  }

  /**
   * Takes the port; requests are answered with 503 until the domain leads somewhere.
   * @param port 0 for any that is free
   * @throws Error that names the port when it is taken
   */
  static async open(port: number, host: string): Promise<Domain> {
    const domain = new Domain();
    await new Promise<void>((resolve, reject) => {
      domain.#server.once('error', (cause: NodeJS.ErrnoException) => {
        const taken =
          cause.code === 'EADDRINUSE' ? `port ${port} of ${host} is in use by another process` : cause.message;
        reject(new Error(taken, { cause }));
      });
      domain.#server.listen(port, host, resolve);
    });
    return domain;
  }

  get url(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  leadTo(target: DomainTarget): void {
    this.#target = target;
  }

  /** Takes no more requests, waits up to five seconds for those under way, then cuts them off. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => this.#server.closeAllConnections(), stopMs);
    await closed;
    clearTimeout(cut);
  }

  #serve(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    if (this.#target === undefined) {
      request.resume();
      response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' });
      response.end(JSON.stringify({ message: 'Service Unavailable' }));
      return;
    }
    const { gateway, apiId, stage } = this.#target;
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    void gateway.handle(request, response, { apiId, stage, path, customDomain: true, awaitsContinue });
  }
}
