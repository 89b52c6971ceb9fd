import type { ShardCount } from '../journal-shards.ts';
import type { UsageEvent } from '../usage-event.ts';

/** What a message of the spillway says, as JSON: an event, and all that it takes to put it where it belongs. */
export interface SpilledEvent {
  /** Partitions of the event's hour. */
  readonly shards: ShardCount;
  readonly event: UsageEvent;
}
