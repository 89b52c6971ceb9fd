import type { ShardCount } from './journal-shards.ts';
import type { UsageEvent } from './usage-event.ts';

/** The append-only record of billable successes; everything else about usage is derived from it. */
export interface Journal {
  /**
   * Stores the event unless its id is there already. Both outcomes are success. Rejects when neither is certain.
   *
   * @param shards partitions of the event's hour, as the tenant's changes say
   */
  append(event: UsageEvent, shards: ShardCount): Promise<'stored' | 'duplicate'>;
}
