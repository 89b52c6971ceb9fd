/** Something that the operator can put right; its message says how, and is all that is shown. */
export class CliError extends Error {
  /** HTTP status, when the control API refused. */
  readonly status: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly status?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CliError';
    this.status = options.status;
  }
}
