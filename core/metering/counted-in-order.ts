import { journalPartitions } from './journal-partitions.ts';
import type { CountedEvent, JournalReader } from './journal-reader.ts';
import type { JournalOwner } from './journal-shards.ts';

/** Events kept in memory at once, about: half of them being looked at, half of them on their way. 10 MB with all that belongs to them. */
const eventsHeld = 8192;

/** Events of one partition that were read and not yet handed over. */
interface Source {
  events: CountedEvent[];
  /** The page behind them, which is read meanwhile. */
  next: Promise<IteratorResult<CountedEvent[], void>>;
  readonly pages: AsyncGenerator<CountedEvent[], void>;
}

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
    else yield* merged(partitions.map((each) => journal.counted(each, from, to, eventsHeld / 2 / partitions.length)));
  }
}

async function* merged(parts: readonly AsyncGenerator<CountedEvent[], void>[]): AsyncGenerator<CountedEvent[], void> {
  let sources: Source[] = parts.map((pages) => ({ events: [], next: ahead(pages), pages }));
  try {
    for (;;) {
      await Promise.all(sources.map(fill));
      sources = sources.filter(({ events }) => events.length > 0);
      // Up to the least of the last ids nothing can come any more from any partition.
      const upTo = sources
        .map(({ events }) => events.at(-1)?.id ?? '')
        .reduce((a, b) => (a < b ? a : b), sources[0]?.events.at(-1)?.id ?? '');
      if (sources.length === 0) return;
      yield sources.flatMap((source) => takeUpTo(source, upTo)).sort((a, b) => (a.id < b.id ? -1 : 1));
    }
  } finally {
    await Promise.allSettled(sources.map(({ pages }) => pages.return()));
  }
}

/** Asks for the next page before anybody waits for it. */
function ahead(pages: Source['pages']): Source['next'] {
  const next = pages.next();
  // Whoever waits for it hears of a failure.
  next.catch(() => undefined);
  return next;
}

/** Gets pages until there is something, or nothing any more. */
async function fill(source: Source): Promise<void> {
  while (source.events.length === 0) {
    const { done, value } = await source.next;
    if (done === true) return;
    source.events = value;
    source.next = ahead(source.pages);
  }
}

function takeUpTo(source: Source, id: string): CountedEvent[] {
  const count = source.events.findIndex((event) => event.id > id);
  if (count !== -1) return source.events.splice(0, count);
  const { events } = source;
  source.events = [];
  return events;
}
