import type { UsageEvent } from '../usage-event.ts';

/** Where events go that the journal does not take, to be put into it later. */
export interface Spillway {
  /** Resolves when the event is safe. Rejects when that is not certain. */
  put(event: UsageEvent): Promise<void>;
}
