/**
 * One billable success, in the CloudEvents 1.0 envelope (https://github.com/cloudevents/spec).
 * All units are always present, as integers in base units; which of them cost money is the price book's business.
 * No prompt, picture or answer is ever part of it.
 */
export interface UsageEvent {
  readonly specversion: '1.0';
  readonly type: 'maas.inference.completed.v1';
  /** UUIDv7: its time decides the hour that the event counts in, so that a retry meets the same item. */
  readonly id: string;
  /** `maas/<region>/<stage>` */
  readonly source: string;
  /** The tenant. */
  readonly subject: string;
  /** Completion, RFC 3339 with milliseconds. */
  readonly time: string;
  readonly data: {
    /** As `shortRequestId` has it. */
    readonly requestId: string;
    /** The gateway's own id of the request. By it event and log lines are found to belong together. */
    readonly extendedRequestId?: string;
    readonly keyId: string;
    readonly plan: string;
    readonly route: string;
    readonly model: string;
    readonly modelVersion: string;
    /** sha256 of the artifact that answered. */
    readonly artifact: string;
    /** Hardware class, e.g. `lambda-cpu`. */
    readonly hardware: string;
    /** Version of the price book in force; absent when none is published. */
    readonly priceBook?: string;
    readonly units: UsageUnits;
    /** Present when the request came with an `Idempotency-Key`, so that its answer can be had for a day. */
    readonly repeatable?: true;
  };
}

/** What one success consumed. */
export interface UsageUnits {
  readonly requests: number;
  /** Rows of the batch. */
  readonly items: number;
  readonly tokens: number;
  readonly images: number;
  readonly audioMs: number;
  readonly computeMs: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}
