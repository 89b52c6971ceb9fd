import type { JournalOwner } from '../metering/journal-shards.ts';
import type { LimitedUnits, Limits } from './limits.ts';
import type { Remainder } from './rate-limit-headers.ts';

/** A request that wants to run. */
export interface LimitedRequest extends JournalOwner {
  /** Those that apply to it. */
  readonly limits: Limits;
  readonly units: LimitedUnits;
  /** How long it can live, in milliseconds. */
  readonly remainingMs: number;
}

/** What one kind of limit says to a request. */
export interface Entry {
  /** Of every limit of this kind. */
  readonly remainders: readonly Remainder[];
  /** Present when it may not run, with the limit that forbids it. */
  readonly refusal?: { readonly message: string; readonly violated: Remainder & { readonly resetSeconds: number } };
  /** Counts what was set aside as used. */
  settle(): Promise<void>;
  /** Gives back what was set aside, or counted. */
  release(): Promise<void>;
}

/** One kind of limit. */
export interface Gate {
  /** @returns undefined when the request has no limit of this kind */
  enter(request: LimitedRequest): Promise<Entry | undefined>;
}
