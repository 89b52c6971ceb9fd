import type { UsageEvent } from '../metering/usage-event.ts';

/** A request that was let in. Exactly one of the two ends it. */
export interface Admission {
  /** What the answer tells of the limits; empty where there are none. */
  readonly headers: Readonly<Record<string, string>>;
  /** Counts what the event says as used. To be awaited before the answer leaves: what was answered is counted. Never rejects. */
  settle(event: UsageEvent): Promise<void>;
  /** Gives back what was set aside, also after `settle`: nothing was used after all. A second time does nothing. Never rejects. */
  release(): Promise<void>;
}
