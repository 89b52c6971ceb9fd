/** What one of the three sources says about a request. They meet by its request id. */
export type RequestRecord = AnsweredRequest | LoggedRequest | JournalledRequest;

/** By the gateway's access log: a request to a billable route, and the status that its client got. */
export interface AnsweredRequest {
  readonly source: 'gateway';
  readonly requestId: string;
  readonly tenant: string;
  /** Epoch milliseconds at which the line was written. */
  readonly ms: number;
  readonly status: number;
}

/** By the function's own log: the usage event that its answer named, and whether that was billed before. */
export interface LoggedRequest {
  readonly source: 'function';
  readonly requestId: string;
  readonly event: string;
  readonly replayed: boolean;
}

/** By the journal. */
export interface JournalledRequest {
  readonly source: 'journal';
  readonly requestId: string;
  readonly tenant: string;
  readonly event: string;
  readonly voided: boolean;
  /** Whether the client can still get the answer, by repeating the request with its `Idempotency-Key`. */
  readonly repeatable: boolean;
}
