import type { Principal } from '../iam/principal.ts';

/** An authenticated call to an AWS service, its body read and its signature checked. */
export interface AwsCall {
  readonly method: string;
  /** Percent-encoded, as it came. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whole; joined when it is asked for. */
  readonly body: Buffer;
  /** The same as it came, for those who only pass it on. */
  readonly bodyChunks: readonly Buffer[];
  readonly principal: Principal;
  readonly requestId: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** The service's answer. */
export interface AwsAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** One that comes in pieces is sent as they come. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

/** One emulated service behind the endpoint, chosen by the signing name in the request's credential scope. */
export interface AwsService {
  /** SigV4 signing name: `dynamodb`, `lambda`, `apigateway`, … */
  readonly signingName: string;
  /** A larger request is refused before `handle` sees it. @default DynamoDB's 16 MiB */
  readonly bodyBytesMax?: number;
  /** Throws `AwsError` for what the service refuses. */
  handle(call: AwsCall): Promise<AwsAnswer>;
  /** Renders an error in the service's own wire form. */
  renderError(error: AwsError, requestId: string): AwsAnswer;
}

/** An error as AWS services answer it: code, HTTP status, message. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
  }
}
