import type { ShardCount } from '../journal-shards.ts';
import type { UsageEvent } from '../usage-event.ts';

/** Where events go that the journal does not take, to be put into it later. */
export interface Spillway {
  /**
   * Resolves when the event is safe. Rejects when that is not certain.
   *
   * @param shards partitions of the event's hour
   */
  put(event: UsageEvent, shards: ShardCount): Promise<void>;
}
