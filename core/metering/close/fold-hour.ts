import { eventsInOrder } from '../events-in-order.ts';
import type { JournalReader } from '../journal-reader.ts';
import type { JournalOwner } from '../journal-shards.ts';
import { hourMs, hourStart } from '../usage-hour.ts';
import { type FoldedHour, HourFold } from './hour-fold.ts';

/**
 * Adds up one hour of one tenant. Takes memory for the rows and some pages of events, however many there are. The same events give the
 * same result, to the order of the rows, however many partitions they are spread over.
 */
export async function foldHour(
  journal: Pick<JournalReader, 'recorded'>,
  owner: JournalOwner,
  hour: string,
): Promise<FoldedHour> {
  const from = hourStart(hour);
  const fold = new HourFold();
  const to = new Date(from.getTime() + hourMs);
  for await (const page of eventsInOrder(journal.recorded.bind(journal), owner, from, to)) {
    for (const event of page) fold.add(event);
  }
  return fold.result();
}
