/** Something that the operator can put right; its message says how, and is all that is shown. */
export class CliError extends Error {
  /** HTTP status, when the control API refused. */
  readonly status: number | undefined;
  /** After how many seconds the same call may succeed, when the control API said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    options: ErrorOptions & { readonly status?: number; readonly retryAfterSeconds?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CliError';
    this.status = options.status;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
