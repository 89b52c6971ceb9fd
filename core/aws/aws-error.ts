import type { IncomingHttpHeaders } from 'node:http';

/** A service's own words on why it refused. */
export interface Refusal {
  /** Empty when it gave none. */
  readonly code: string;
  readonly message: string;
}

/** What came with a refusal. */
interface Answer {
  /** HTTP status. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The body, or its first bytes. */
  readonly body: Uint8Array;
  /** How often the request was sent, this last time included. */
  readonly attempts: number;
}

/**
 * A service's refusal of a request. Named by the service's code (`AccessDeniedException`, `ConditionalCheckFailedException`), as the
 * errors of AWS's SDKs are. The message is for the log only: it names roles, policies, tables and keys.
 */
export class AwsError extends Error {
  override readonly name: string;
  /** HTTP status. */
  readonly status: number;
  /** As in the SDKs' errors: above 1, the service may have done already what it was asked. */
  readonly $metadata: { readonly attempts: number };
  // Private, since a logger writes every property of an error.
  readonly #answer: Answer;

  /** @param service as the message calls it */
  constructor(service: string, { code, message }: Refusal, answer: Answer) {
    super(`${service} answered ${answer.status} ${code}: ${message}`);
    this.name = code === '' ? 'AwsError' : code;
    this.status = answer.status;
    this.$metadata = { attempts: answer.attempts };
    this.#answer = answer;
  }

  get headers(): IncomingHttpHeaders {
    return this.#answer.headers;
  }

  /** What the service sent along, its first 16 kB at most. May quote what it was asked, so never log it. */
  get body(): Uint8Array {
    return this.#answer.body;
  }
}
