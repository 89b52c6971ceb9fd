import type { JournalOwner } from '../metering/journal-shards.ts';
import type { RollupRow } from '../metering/rollup.ts';
import type { UsageEvent } from '../metering/usage-event.ts';
import type { Limits } from './limits.ts';
import type { Remainder } from './rate-limit-headers.ts';

/** A request that wants to run. */
export interface LimitedRequest extends JournalOwner {
  /** Those that apply to it. */
  readonly limits: Limits;
  /** What it will have used; of the units those that are known before it runs, the others are 0. */
  readonly use: RollupRow;
  /** Whether its use was recorded by an earlier request with its `Idempotency-Key`, and so is counted already. */
  readonly recorded: boolean;
  /** How long it can live, in milliseconds. */
  readonly remainingMs: number;
}

/** Why a request may not run: the limit that forbids it, and when it is worth another try. */
export interface Refusal {
  readonly message: string;
  readonly violated: Remainder & { readonly resetSeconds: number };
}

/** What one kind of limit says to a request. */
export interface Entry {
  /** Of every limit of this kind. */
  readonly remainders: readonly Remainder[];
  /** Present when it may not run. */
  readonly refusal?: Refusal;
  /** Counts as used what the event says. */
  settle(event: UsageEvent): Promise<void>;
  /** Gives back what was set aside, or counted. */
  release(): Promise<void>;
}

/** One kind of limit. */
export interface Gate {
  /** @returns undefined when the request has no limit of this kind */
  enter(request: LimitedRequest): Promise<Entry | undefined>;
}
