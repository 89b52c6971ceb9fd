/** Partitions that an hour of a tenant's journal may be spread over. One takes about 1,000 events a second. */
export const shardCounts = [1, 8, 64] as const;

export type ShardCount = (typeof shardCounts)[number];

/** How many partitions a tenant's hours have, from an hour on until the next change. */
export interface ShardChange {
  /** The hour: `2026-11-22T08`. */
  readonly from: string;
  readonly count: ShardCount;
}

/** All changes that a tenant has seen, oldest first. None is ever taken back: where an event lies depends on its hour alone. */
export type JournalShards = readonly ShardChange[];

/** Whose journal it is, and all that is needed to find an event in it. */
export interface JournalOwner {
  readonly tenant: string;
  /** Absent: one partition an hour, always. */
  readonly shards?: JournalShards;
}

/** How many partitions an hour has that is named like `2026-11-22T08`. */
export const shardsAt = (shards: JournalShards | undefined, hour: string): ShardCount =>
  shards?.findLast(({ from }) => from <= hour)?.count ?? 1;
