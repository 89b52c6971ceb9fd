import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { CliError } from './cli-error.ts';
import type { Target } from './target.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

interface CallOptions {
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** By which the API recognises the same call when it is repeated. */
  readonly idempotencyKey?: string;
}

/** Calls the control API, each request signed with SigV4 as its IAM authorization wants. */
export class ControlClient {
  readonly #target: Target;
  readonly #signer: SignatureV4;

  constructor(target: Target) {
    this.#target = target;
    this.#signer = new SignatureV4({
      credentials: target.credentials,
      region: target.region,
      service: 'execute-api',
      sha256: Sha256,
    });
  }

  /**
   * @param path begins with a slash, its parameters already percent-encoded
   * @returns the parsed answer
   * @throws CliError with the API's own explanation for any status but 2xx
   */
  async call<Answer>(method: Method, path: string, options: CallOptions = {}): Promise<Answer> {
    return JSON.parse((await this.#answer(method, path, options)).toString()) as Answer;
  }

  /** Gets a file, as `call` gets JSON. */
  download(path: string): Promise<Buffer> {
    return this.#answer('GET', path, {});
  }

  async #answer(method: Method, path: string, { query = {}, body, idempotencyKey }: CallOptions): Promise<Buffer> {
    const url = new URL(`${this.#target.url}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const signed = await this.#signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      path: url.pathname,
      query: { ...query },
      headers: {
        host: url.host,
        ...(text === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(text === undefined ? {} : { body: text }),
    });
    const { host: _, ...headers } = signed.headers;
    let response: Response;
    try {
      response = await fetch(url, { method, headers, ...(text === undefined ? {} : { body: text }) });
    } catch (error) {
      throw new CliError(`cannot reach ${this.#target.label} at ${url.origin}`, { cause: error });
    }
    const answer = Buffer.from(await response.arrayBuffer());
    if (!response.ok) throw refusal(response, answer.toString());
    return answer;
  }
}

// Our own errors are problem details (RFC 9457), the gateway's carry `error`, AWS's own carry `message` or `Message`.
function refusal(response: Response, answer: string): CliError {
  let explanation = answer;
  try {
    const parsed = JSON.parse(answer) as Record<string, unknown>;
    const text = parsed['detail'] ?? parsed['error'] ?? parsed['message'] ?? parsed['Message'];
    if (typeof text === 'string') explanation = text;
  } catch {
    // Not JSON: show what came.
  }
  if (explanation === '') explanation = `the control API answered ${response.status}`;
  const requestId = response.headers.get('x-amzn-requestid');
  // What it did not explain stands in its log, and is found there by this.
  if (response.status >= 500 && requestId !== null && !explanation.includes(requestId)) {
    explanation += ` (${response.status}, request id ${requestId})`;
  }
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new CliError(explanation, {
    status: response.status,
    ...(Number.isFinite(retryAfter) ? { retryAfterSeconds: retryAfter } : {}),
  });
}
