import type { UsageEvent } from './usage-event.ts';

/** The append-only record of billable successes; everything else about usage is derived from it. */
export interface Journal {
  /** Stores the event unless its id is there already. Both outcomes are success. Rejects when neither is certain. */
  append(event: UsageEvent): Promise<'stored' | 'duplicate'>;
}
