import { createHash } from 'node:crypto';
import { eventTime } from './event-time.ts';
import { hourMs } from './usage-hour.ts';

/**
 * Partitions that a tenant's events of one hour are spread over. One takes about 1,000 events a second. Writer and reader both
 * take it from here; whoever raises it must keep the reader asking the old number for hours before the change.
 */
const shards = 1;

const partition = (tenant: string, hour: Date, shard: number): string =>
  `T#${tenant}#${hour.toISOString().slice(0, 13).replace(/[-T]/g, '')}#${shard}`;

/** Where an event lies: a function of tenant and id alone. */
export function journalPartition(tenant: string, id: string): string {
  const shard = createHash('sha256').update(id).digest().readUInt32BE() % shards;
  return partition(tenant, eventTime(id), shard);
}

/** Every partition that may hold events of the tenant minted in the half-open interval, oldest first. */
export function* journalPartitions(tenant: string, from: Date, to: Date): Generator<string, void> {
  for (let hour = Math.floor(from.getTime() / hourMs) * hourMs; hour < to.getTime(); hour += hourMs) {
    for (let shard = 0; shard < shards; shard += 1) yield partition(tenant, new Date(hour), shard);
  }
}

/** Where it is noted that something came to hours that may be closed. */
export const latePartition = (tenant: string): string => `T#${tenant}#LATE`;

/** The sort key of what voids an event: right behind it, so that who reads an hour in order meets both together. */
export const voidKey = (eventId: string): string => `${eventId}#void`;
