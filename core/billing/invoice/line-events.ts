import { InvalidInputError } from '../../api/maas-error.ts';
import type { CloseProgress } from '../../metering/dynamodb-rollups.ts';
import { eventIdPattern } from '../../metering/event-id-pattern.ts';
import { eventTime } from '../../metering/event-time.ts';
import { eventsInOrder } from '../../metering/events-in-order.ts';
import { journalBegins } from '../../metering/journal-days.ts';
import type { JournalReader } from '../../metering/journal-reader.ts';
import type { JournalOwner } from '../../metering/journal-shards.ts';
import type { RollupReader } from '../../metering/rollup.ts';
import { hourMs, hourStart, usageHour } from '../../metering/usage-hour.ts';
import type { PublishedPriceBook } from '../price-book/published-price-book.ts';
import { chargedQuantities } from './charged-quantities.ts';
import type { BilledTenant, Invoices } from './invoices.ts';
import { lineHours } from './line-hours.ts';

/** Time to leave for rendering the answer. */
const reserveMs = 2000;
const hourPattern = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3])$/;

/** An event that a line counts. */
export interface LineEvent {
  readonly id: string;
  /** RFC 3339: the time in its id, by which its hour is decided. */
  readonly time: string;
  readonly keyId: string;
  /** Of the line's unit. */
  readonly quantity: string;
}

/** The events of one hour that a line counts, or a part of them. */
export interface LineEvents {
  readonly invoice: string;
  readonly line: number;
  /** `2026-11-22T01` */
  readonly hour: string;
  /** What the line counts in this hour, as it was closed last. */
  readonly quantity: string;
  /** Whether the hour is closed and nothing has come to it since: the events of all pages then add up to `quantity`. */
  readonly settled: boolean;
  /** True when the hour is so old that its events are leaving the journal: those that have left are in the ledger alone, and not listed here. */
  readonly archived: boolean;
  /** By id, and so in the order of their times. */
  readonly events: readonly LineEvent[];
  /** `cursor` of the next page. Absent on the last one. */
  readonly next?: string;
}

interface Dependencies {
  readonly invoices: Pick<Invoices, 'line'>;
  readonly rollups: RollupReader & { progress(tenant: string): Promise<Partial<CloseProgress>> };
  readonly books: readonly PublishedPriceBook[];
  readonly journal: Pick<JournalReader, 'counted' | 'lateHours'>;
  readonly now: () => Date;
  /** Milliseconds left until the platform kills the call. */
  readonly remainingMs: () => number;
}

/**
 * The events behind an hour of a line, read from the journal. They are listed as they count now: with what came late, and without what was
 * voided since the invoice was made.
 *
 * @param wanted `hour` of the invoice's month; `cursor` is `next` of the page before; `limit` is the most events to answer with
 * @throws NotFoundError when there is no such invoice or line
 * @throws InvalidInputError for an hour that is not of the month, or a cursor that no page gave
 */
export async function lineEvents(
  tenant: BilledTenant & JournalOwner,
  wanted: {
    readonly invoice: string;
    readonly line: string;
    readonly hour: string;
    readonly cursor: string | undefined;
    readonly limit: number;
  },
  { invoices, rollups, books, journal, now, remainingMs }: Dependencies,
): Promise<LineEvents> {
  const { hour, cursor } = wanted;
  const { invoice, line } = await invoices.line(tenant, wanted.invoice, wanted.line);
  // The last one: there is no 31st of November, but a Date takes it for the first of December.
  if (!hourPattern.test(hour) || !hour.startsWith(invoice.month) || usageHour(hourStart(hour)) !== hour) {
    throw new InvalidInputError(`hour: one of the month of the invoice, such as ${invoice.month}-01T09`);
  }
  if (cursor !== undefined && (!eventIdPattern.test(cursor) || usageHour(eventTime(cursor)) !== hour)) {
    throw new InvalidInputError('cursor: take it from the page before');
  }
  const from = hourStart(hour);
  const to = new Date(from.getTime() + hourMs);
  const { closedTo, lateSeenTo } = await rollups.progress(tenant.tenant);
  const late = await journal.lateHours(tenant.tenant, new Date(lateSeenTo ?? 0));
  const [counted] = await lineHours(tenant.tenant, { from, to }, line.key, rollups, books);
  const said = {
    invoice: invoice.id,
    line: line.line,
    hour,
    quantity: line.usage === undefined ? '0' : (counted?.quantity ?? '0'),
    settled: closedTo !== undefined && hour < closedTo && !late.has(hour),
    archived: from < journalBegins(now()),
  };
  const events: LineEvent[] = [];
  // A line without usage of its own, such as a minimum, counts no event.
  if (line.usage === undefined) return { ...said, events };
  const begin = cursor === undefined ? from : eventTime(cursor);
  for await (const page of eventsInOrder(journal.counted.bind(journal), tenant, begin, to)) {
    for (const { id, data } of page) {
      if (cursor !== undefined && id <= cursor) continue;
      const quantity = chargedQuantities(data, hour, books).get(line.key);
      if (quantity === undefined) continue;
      const last = events.at(-1);
      if (last !== undefined && events.length === wanted.limit) return { ...said, events, next: last.id };
      events.push({ id, time: eventTime(id).toISOString(), keyId: data.keyId, quantity: String(quantity) });
    }
    const seen = page.at(-1);
    if (seen !== undefined && remainingMs() < reserveMs) return { ...said, events, next: seen.id };
  }
  return { ...said, events };
}
