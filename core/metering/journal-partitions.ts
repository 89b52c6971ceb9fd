import { createHash } from 'node:crypto';
import { eventTime } from './event-time.ts';
import { type JournalOwner, type ShardCount, shardsAt } from './journal-shards.ts';
import { hourMs, usageHour } from './usage-hour.ts';

const partition = (tenant: string, hour: string, shard: number): string =>
  `T#${tenant}#${hour.replace(/[-T]/g, '')}#${shard}`;

/**
 * Where an event lies: a function of tenant, id, and the number of partitions that the id's hour has.
 *
 * @param shards `shardsOf` the event, which writer and reader both take from the tenant's changes
 */
export function journalPartition(tenant: string, id: string, shards: ShardCount): string {
  const shard = createHash('sha256').update(id).digest().readUInt32BE() % shards;
  return partition(tenant, usageHour(eventTime(id)), shard);
}

/** How many partitions the hour of an event has. */
export const shardsOf = ({ shards }: JournalOwner, id: string): ShardCount =>
  shardsAt(shards, usageHour(eventTime(id)));

/** Every partition that may hold events of the tenant minted in the half-open interval, oldest first. */
export function* journalPartitions({ tenant, shards }: JournalOwner, from: Date, to: Date): Generator<string, void> {
  for (let ms = Math.floor(from.getTime() / hourMs) * hourMs; ms < to.getTime(); ms += hourMs) {
    const hour = usageHour(new Date(ms));
    const count = shardsAt(shards, hour);
    for (let shard = 0; shard < count; shard += 1) yield partition(tenant, hour, shard);
  }
}

/** Where it is noted that something came to hours that may be closed. */
export const latePartition = (tenant: string): string => `T#${tenant}#LATE`;

/** The sort key of what voids an event: right behind it, so that who reads an hour in order meets both together. */
export const voidKey = (eventId: string): string => `${eventId}#void`;
