/** What is remembered of a request that came with an `Idempotency-Key`. */
export interface IdempotencyRecord {
  /** `T#<tenant>#<SHA-256 of route and key>` */
  readonly pk: string;
  /** SHA-256 of the request. */
  readonly fingerprint: string;
  /** The one usage event that all requests with this key share, made for the first of them. */
  readonly eventId: string;
  /** The attempt that holds or held it. */
  readonly attempt: string;
  /** Epoch milliseconds at which the attempt has certainly ended; 0 when it has said so itself. */
  readonly leaseUntil: number;
  /** True when an answer left, and so the use is in the journal. */
  readonly finished: boolean;
  /** The answer, when it is small enough to keep. */
  readonly answer?: StoredAnswer;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** An answer in JSON. */
export interface StoredAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether `body` is base64. */
  readonly base64: boolean;
}
