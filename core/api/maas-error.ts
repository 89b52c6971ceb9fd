interface Details extends ErrorOptions {
  /** Seconds after which the client may try again, sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** Sent with the error, whatever shape it takes; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The base of every error that a client may see. Its message reaches the client, so it names the wrong value and what to do,
 * and never a path, a stack or another tenant. Any other error becomes a 500 that carries the request id and nothing more.
 */
export class MaasError extends Error {
  /** Stable, in kebab-case; part of the API. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.status = status;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.headers = details.headers ?? {};
  }
}

/** 400: the request is malformed or does not fit the model. */
export class InvalidInputError extends MaasError {
  constructor(message: string, details?: Details) {
    super('invalid-input', 400, message, details);
  }
}

/** 403: known to us, but not allowed to do this. */
export class ForbiddenError extends MaasError {
  constructor(message: string, details?: Details) {
    super('forbidden', 403, message, details);
  }
}

/** 404: unknown, or not the caller's. Both read alike. */
export class NotFoundError extends MaasError {
  constructor(message: string, details?: Details) {
    super('not-found', 404, message, details);
  }
}

/** 409: it exists already, or is in a state that forbids the action. */
export class ConflictError extends MaasError {
  constructor(message: string, details?: Details) {
    super('conflict', 409, message, details);
  }
}

/** 413: larger than a stated limit. */
export class TooLargeError extends MaasError {
  constructor(message: string, details?: Details) {
    super('too-large', 413, message, details);
  }
}

/** 415: a content type or encoding that the route does not take. */
export class UnsupportedMediaError extends MaasError {
  constructor(message: string, details?: Details) {
    super('unsupported-media', 415, message, details);
  }
}

/** 503: our own shortage; never billed. */
export class UnavailableError extends MaasError {
  constructor(message: string, details?: Details) {
    super('unavailable', 503, message, { retryAfterSeconds: 1, ...details });
  }
}
