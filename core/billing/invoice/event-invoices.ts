import { foldHour } from '../../metering/close/fold-hour.ts';
import { eventTime } from '../../metering/event-time.ts';
import type { JournalReader } from '../../metering/journal-reader.ts';
import type { JournalOwner } from '../../metering/journal-shards.ts';
import type { HourRollup, RollupReader } from '../../metering/rollup.ts';
import type { UsageEventState } from '../../metering/usage-events.ts';
import { hourMs, hourStart, usageHour } from '../../metering/usage-hour.ts';
import type { PublishedPriceBook } from '../price-book/published-price-book.ts';
import { chargedQuantities } from './charged-quantities.ts';
import { hourDigest } from './hour-digest.ts';
import type { Invoices } from './invoices.ts';
import type { StandingLines } from './standing-lines.ts';

/** Of an hour that is not closed, the events that are looked through to see whether an invoice has them all: a second's work. */
const eventsMax = 10_000;

interface Dependencies {
  readonly invoices: Pick<Invoices, 'standing'>;
  readonly rollups: RollupReader;
  readonly books: { all(): Promise<readonly PublishedPriceBook[]> };
  readonly journal: Pick<JournalReader, 'recorded'>;
}

/**
 * The invoices, and their lines, that charge for an event. None, as long as no final invoice was made of its hour with just the events that
 * count there now, and for as much: who is told of an invoice finds the event on it, and none of those beside it has changed since.
 */
export async function eventInvoices(
  owner: JournalOwner,
  { id, event, state, adjusted }: Pick<UsageEventState, 'id' | 'event' | 'state' | 'adjusted'>,
  { invoices, rollups, books, journal }: Dependencies,
): Promise<readonly StandingLines[]> {
  if (state === 'voided') return [];
  const hour = usageHour(eventTime(id));
  const closed = await closedHour(rollups, owner.tenant, hour);
  if (closed === undefined) return [];
  // Added up ahead of time, or something came to it since: what counts is what the journal says now.
  if (state === 'received' && closed.events > eventsMax) return [];
  const counted = state === 'received' ? await foldHour(journal, owner, hour) : closed;
  const published = await books.all();
  const digest = hourDigest({ ...counted, hour }, published);
  const use = { ...event.data, units: adjusted?.units ?? event.data.units };
  const keys = new Set(chargedQuantities(use, hour, published).keys());
  return invoices.standing(owner.tenant, hour, digest, keys);
}

async function closedHour(rollups: RollupReader, tenant: string, hour: string): Promise<HourRollup | undefined> {
  const from = hourStart(hour);
  for await (const rollup of rollups.rollups(tenant, from, new Date(from.getTime() + hourMs))) return rollup;
  return undefined;
}
