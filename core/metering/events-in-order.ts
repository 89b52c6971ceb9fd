import { journalPartitions } from './journal-partitions.ts';
import type { CountedEvent, JournalReader } from './journal-reader.ts';
import type { JournalOwner } from './journal-shards.ts';
import { mergedById } from './merged-by-id.ts';

/** Events kept in memory at once, about: half of them being looked at, half of them on their way. 10 MB with all that belongs to them. */
const eventsHeld = 8192;

/**
 * The events of an interval that count, by id in ascending order, however many partitions they are spread over. All partitions of an hour
 * are read at once, and their pages merged; memory does not grow with the number of events.
 */
export async function* countedInOrder(
  journal: Pick<JournalReader, 'counted'>,
  owner: JournalOwner,
  from: Date,
  to: Date,
): AsyncGenerator<CountedEvent[], void> {
  const hours = Map.groupBy(journalPartitions(owner, from, to), (partition) =>
    partition.slice(0, partition.lastIndexOf('#')),
  );
  for (const partitions of hours.values()) {
    const [only, ...others] = partitions;
    if (only !== undefined && others.length === 0) yield* journal.counted(only, from, to);
    else
      yield* mergedById(partitions.map((each) => journal.counted(each, from, to, eventsHeld / 2 / partitions.length)));
  }
}
