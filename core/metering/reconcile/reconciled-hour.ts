/** What comparing the three sources of an hour found, for a tenant or for all. */
export interface ReconciledHour {
  /** `2026-11-22T01` */
  readonly hour: string;
  /** Absent for all tenants together. */
  readonly tenant?: string;
  /** Requests to billable routes that were answered with a 2xx in that hour. */
  readonly answered: number;
  /** Events of the hour in the journal, without those that are void. */
  readonly events: number;
  /** 2xx without an event, which is use that nobody pays for. */
  readonly missing: number;
  /** Requests with more than one event that counts. */
  readonly doubled: number;
  /** Events that are void because the client got no answer. */
  readonly voided: number;
  /** Events without an answer that are not void, since a repeat with their `Idempotency-Key` got it, or still may. */
  readonly repeatable: number;
  /** Events that no line of the access log tells of, which proves nothing: such lines may be lost. */
  readonly unconfirmed: number;
  /** (`missing` + `doubled`) by a million of those answered, rounded up. Target: 0. */
  readonly driftPpm: number;
  /** RFC 3339. */
  readonly reconciledAt: string;
  /** True when the hour was not over: it will be looked at again. */
  readonly open?: true;
  /** The first of them; the log of the function `reconcile` has all. */
  readonly findings: readonly Finding[];
}

/** Something that an operator should look at. */
export interface Finding {
  readonly kind: 'missing' | 'doubled';
  readonly tenant: string;
  readonly requestId: string;
  /** Usage events, ten at most: of a missing one the id that it should have, as far as the function's log says. */
  readonly events: readonly string[];
  /** How many there are. */
  readonly eventCount: number;
}
