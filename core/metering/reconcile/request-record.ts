/** What one of the three sources says about a request. They meet by its `requestKey`. */
export type RequestRecord = AnsweredRequest | LoggedRequest | JournalledRequest;

/** Which request a record tells of. */
export interface RequestIds {
  readonly tenant: string;
  /** A client can choose it, and send many requests under the same one. */
  readonly requestId: string;
  /** The gateway's own, which no client can choose. Absent where the gateway handed none over. */
  readonly extendedRequestId?: string;
}

/** By the gateway's access log: a request to a billable route, and the status that its client got. */
export interface AnsweredRequest extends RequestIds {
  readonly source: 'gateway';
  /** Epoch milliseconds at which the line was written. */
  readonly ms: number;
  readonly status: number;
}

/** By the function's own log: the usage event that its answer named, and whether that was billed before. */
export interface LoggedRequest extends RequestIds {
  readonly source: 'function';
  readonly event: string;
  readonly replayed: boolean;
}

/** By the journal. */
export interface JournalledRequest extends RequestIds {
  readonly source: 'journal';
  readonly event: string;
  readonly voided: boolean;
  /** Whether the client can still get the answer, by repeating the request with its `Idempotency-Key`. */
  readonly repeatable: boolean;
  /** Whether it was a repeat that stored the event, and so maybe in another hour than the event's. */
  readonly byRepeat: boolean;
}
