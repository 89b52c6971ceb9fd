import { createHash } from 'node:crypto';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsAccess } from './aws-access.ts';
import { AwsError, type Refusal } from './aws-error.ts';
import { NoAnswerError } from './no-answer-error.ts';
import { readBody } from './read-body.ts';
import { readStart } from './read-start.ts';
import { Sha256 } from './sha256.ts';

/** One service of AWS. */
export interface AwsService extends Pick<AwsAccess, 'region' | 'credentials' | 'random'> {
  /** As errors call it: `DynamoDB`. */
  readonly label: string;
  /** As signatures name it: `s3`, `dynamodb`, `sagemaker`. */
  readonly signingName: string;
  /** What the paths of requests are resolved against. */
  readonly url: URL;
  /** Reads the body of an answer that is no success. */
  readonly readRefusal: (headers: IncomingHttpHeaders, body: string) => Refusal;
}

/** A request that does no harm when the service gets it twice. */
export interface AwsRequest {
  readonly method: 'GET' | 'POST';
  /** Escaped, without a query. */
  readonly path: string;
  /** Names in lower case. All are signed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** In parts: one after the other, so that nobody has to put them together first. */
  readonly body?: string | Uint8Array | readonly Uint8Array[];
  /** Tries in all, the first one included. */
  readonly attempts: number;
  /** Without a byte from the connection, its opening included. */
  readonly idleMsMax: number;
  /** For all attempts together, to the last byte of the answer. */
  readonly msMax: number;
  /** A longer answer is an error, and not taken in. */
  readonly answerBytesMax: number;
  /** Gives the request up. */
  readonly signal?: AbortSignal;
}

/** A success. */
export interface AwsAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array<ArrayBuffer>;
}

const pauseMsMax = 100;
/** Errors of services have some 500 bytes; a SageMaker container may put as much as it likes into its own. */
const refusalBytesMax = 16_384;
/** Refusals below 500 that pass by themselves. */
const throttled = new Set(['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded']);

/**
 * Calls one service of AWS over Node's own HTTP client, on connections that are kept, signed by the SDK's signer.
 *
 * `InvokeEndpoint` of SageMaker, for one, is a `POST` of `endpoints/<name>/invocations` with `jsonRefusal`, 1 attempt, `idleMsMax` as long as
 * the model may take, and what is left of the call as `msMax`. Its `AwsError` then tells by `status` 424 (the model's own error, quoted in
 * `body`) from 429, 503 and 530; a `NoAnswerError` is a 503.
 */
export class SignedHttp {
  readonly #service: AwsService;
  readonly #signer: SignatureV4;
  readonly #client: typeof http | typeof https;
  readonly #agent: http.Agent;

  constructor(service: AwsService) {
    const { signingName, region, credentials, url } = service;
    this.#service = service;
    // S3 signs paths as they are sent, other services escape them once more.
    const uriEscapePath = signingName !== 's3';
    this.#signer = new SignatureV4({ service: signingName, region, credentials, sha256: Sha256, uriEscapePath });
    this.#client = url.protocol === 'https:' ? https : http;
    this.#agent = new this.#client.Agent({ keepAlive: true });
  }

  /**
   * Resolves with a success. What may pass (a lost connection, a silence, throttling, a 5xx) is tried again after a short pause, up to
   * `attempts`. A kept connection that proves to be closed is no attempt: it is what Lambda's freeze between two calls leaves behind. The
   * service may have had the request all the same, which the error of a refusal then tells by counting each time that it was sent.
   *
   * @throws {AwsError} the service refused
   * @throws {NoAnswerError} no complete answer came, in time or at all
   * @throws {RangeError} the answer is longer than `answerBytesMax`
   * @throws the reason of `signal`
   */
  async send(request: AwsRequest): Promise<AwsAnswer> {
    const deadline = AbortSignal.timeout(request.msMax);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
    for (let attempt = 1, sent = 1; ; sent++) {
      try {
        return await this.#attempt(request, signal, sent);
      } catch (error) {
        request.signal?.throwIfAborted();
        if (deadline.aborted) throw this.#noAnswer(`not within ${request.msMax} ms`, error);
        if (error instanceof StaleConnection) continue;
        if (attempt === request.attempts || !mayPass(error)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, this.#service.random() * pauseMsMax * attempt));
      attempt++;
    }
  }

  async #attempt(request: AwsRequest, signal: AbortSignal, attempts: number): Promise<AwsAnswer> {
    const { label, readRefusal } = this.#service;
    const response = await this.#start(request, signal);
    const { statusCode: status = 0, headers } = response;
    const broken = (cause: Error): never => {
      throw this.#noAnswer(`broken off, ${cause.message}`, cause);
    };
    if (status < 200 || status > 299) {
      const body = await readStart(response, refusalBytesMax).catch(broken);
      const refusal = readRefusal(headers, Buffer.from(body).toString());
      throw new AwsError(label, refusal, { status, headers, body, attempts });
    }
    const body = await readBody(response, request.answerBytesMax).catch(broken);
    if (body === undefined) {
      const { method, path, answerBytesMax } = request;
      throw new RangeError(`${label} answered ${method} ${path} with more than ${answerBytesMax} bytes`);
    }
    return { headers, body };
  }

  /** Sends the request and resolves with the head of the answer. */
  async #start({ method, path, body, idleMsMax, ...rest }: AwsRequest, signal: AbortSignal): Promise<IncomingMessage> {
    const url = new URL(path, this.#service.url);
    const parts = body === undefined ? [] : typeof body === 'string' || body instanceof Uint8Array ? [body] : body;
    const length = parts.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
    const { headers } = await this.#signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: {
        host: url.host,
        ...rest.headers,
        ...(body === undefined ? {} : { 'content-length': String(length) }),
        // The signer would work it out for a body in one piece only.
        ...(parts.length > 1 ? { 'x-amz-content-sha256': digest(parts) } : {}),
      },
      body: parts[0],
    });
    return new Promise((resolve, reject) => {
      const options = { method, headers, signal, timeout: idleMsMax, agent: this.#agent };
      const sent = this.#client.request(url, options, resolve);
      sent.on('timeout', () => sent.destroy(new Error(`silent for ${idleMsMax} ms`)));
      sent.on('error', (cause: NodeJS.ErrnoException) => {
        const closed = cause.code === 'ECONNRESET' || cause.code === 'EPIPE';
        reject(sent.reusedSocket && closed ? new StaleConnection() : this.#noAnswer(cause.message, cause));
      });
      // All of it in one call of the system, as for a body in one piece.
      sent.cork();
      for (const part of parts) sent.write(part);
      sent.end();
    });
  }

  #noAnswer(why: string, cause: unknown): NoAnswerError {
    return new NoAnswerError(`no answer of ${this.#service.label}: ${why}`, { cause });
  }
}

function digest(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/** The service closed the connection instead of answering, mostly before the request came. */
class StaleConnection extends Error {}

const mayPass = (error: unknown): boolean =>
  error instanceof NoAnswerError ||
  (error instanceof AwsError && (error.status >= 500 || error.status === 429 || throttled.has(error.name)));
