/** An answer that is not 2xx, in the shape that Stripe's errors have. */
export class StripeRefusal extends Error {
  readonly status: number;
  readonly error: { readonly type: string; readonly code?: string; readonly param?: string };
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    error: { readonly type?: string; readonly code?: string; readonly param?: string } = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.error = { type: 'invalid_request_error', ...error };
    this.headers = headers;
  }

  get body(): string {
    return JSON.stringify({ error: { ...this.error, message: this.message } });
  }
}
