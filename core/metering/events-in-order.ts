import { journalPartitions } from './journal-partitions.ts';
import type { JournalOwner } from './journal-shards.ts';
import { mergedById } from './merged-by-id.ts';

/** Events kept in memory at once, about: half of them being looked at, half of them on their way. 10 MB with all that belongs to them. */
const eventsHeld = 8192;

/** Reads events of one partition that were minted in the half-open interval, by id in ascending order, a page at a time. */
type ReadPartition<Event> = (
  partition: string,
  from: Date,
  to: Date,
  pageItems?: number,
) => AsyncGenerator<Event[], void>;

/**
 * The events of an interval, by id in ascending order, however many partitions they are spread over. All partitions of an hour are read at
 * once, and their pages merged; memory does not grow with the number of events.
 */
export async function* eventsInOrder<Event extends { readonly id: string }>(
  read: ReadPartition<Event>,
  owner: JournalOwner,
  from: Date,
  to: Date,
): AsyncGenerator<Event[], void> {
  const hours = Map.groupBy(journalPartitions(owner, from, to), (partition) =>
    partition.slice(0, partition.lastIndexOf('#')),
  );
  for (const partitions of hours.values()) {
    const [only, ...others] = partitions;
    if (only !== undefined && others.length === 0) yield* read(only, from, to);
    else yield* mergedById(partitions.map((each) => read(each, from, to, eventsHeld / 2 / partitions.length)));
  }
}
