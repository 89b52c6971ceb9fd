/**
 * Triton's error codes with the HTTP status that its frontend gives them.
 *
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/README.md
 */
const statuses = {
  INVALID_ARG: 400,
  ALREADY_EXISTS: 400,
  NOT_FOUND: 404,
  INTERNAL: 500,
  UNSUPPORTED: 501,
  UNAVAILABLE: 503,
} as const;

/** As Triton's log lines name the codes. */
const names: Readonly<Record<keyof typeof statuses, string>> = {
  INVALID_ARG: 'Invalid argument',
  ALREADY_EXISTS: 'Already exists',
  NOT_FOUND: 'Not found',
  INTERNAL: 'Internal',
  UNSUPPORTED: 'Unsupported',
  UNAVAILABLE: 'Unavailable',
};

/** An error in Triton's words, for the one who asked. */
export class TritonError extends Error {
  override readonly name = 'TritonError';
  readonly code: keyof typeof statuses;

  constructor(code: keyof typeof statuses, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  get status(): number {
    return statuses[this.code];
  }

  /** With the name of its code before it. */
  override toString(): string {
    return `${names[this.code]}: ${this.message}`;
  }
}
