import { journalBegins } from '../../../metering/journal-days.ts';
import type { UsageAdjusted } from '../../../metering/usage-adjusted.ts';
import type { UsageEvent } from '../../../metering/usage-event.ts';
import { hourStart } from '../../../metering/usage-hour.ts';
import type { UsageVoided } from '../../../metering/usage-voided.ts';
import type { Addressees } from '../addressees.ts';
import type { Exporter, ExportOutcome } from '../exporter.ts';
import type { OutboxRow } from '../outbox-row.ts';
import type { TenantLink } from '../tenant-link.ts';
import { eventHistories } from './event-histories.ts';
import { ingest, type OpenMeterAccess } from './ingest.ts';
import { type MeteredEvent, meteredEvents } from './metered-event.ts';

/** What an `OpenMeterExporter` works with. */
export interface OpenMeterDependencies extends OpenMeterAccess {
  /** All that the journal has of a tenant's hour. */
  readonly entries: (
    tenant: string,
    hour: string,
  ) => AsyncIterable<readonly (UsageEvent | UsageAdjusted | UsageVoided)[]>;
  readonly now: () => Date;
}

/** 400 kB. */
const batchEvents = 800;
/** A batch is not begun with less time. */
const reserveMs = 3000;
/** OpenMeter knows an event again for 32 days, by default, from when it was told. A day less, since clocks differ. */
const knownMsMax = 31 * 86_400_000;

/**
 * Tells OpenMeter of each usage event, by the event's own id: it drops what it was told already by `source` and `id`. An hour that has
 * changed is told again as a whole.
 *
 * @see https://openmeter.io/docs/metering/events/overview
 */
export class OpenMeterExporter implements Exporter<'openmeter'> {
  readonly destination = 'openmeter';
  readonly #dependencies: OpenMeterDependencies;

  constructor(dependencies: OpenMeterDependencies) {
    this.#dependencies = dependencies;
  }

  async deliver(
    { subject }: Extract<TenantLink, { destination: 'openmeter' }>,
    rows: readonly OutboxRow[],
    remainingMs: () => number,
    addressees: Addressees,
  ): Promise<readonly ExportOutcome[]> {
    const outcomes: ExportOutcome[] = [];
    for (const row of rows) {
      outcomes.push(this.#forgotten(row) ?? (await this.#tell(row, subject, remainingMs, addressees)));
    }
    return outcomes;
  }

  #forgotten({ hour, toldAt }: OutboxRow): ExportOutcome | undefined {
    const now = this.#dependencies.now();
    if (hourStart(hour) < journalBegins(now)) {
      return { kind: 'rejected', reason: 'events of the hour have left the journal: tell OpenMeter of it by hand' };
    }
    if (toldAt === undefined || now.getTime() - Date.parse(toldAt) < knownMsMax) return undefined;
    const reason = `OpenMeter was first told of this hour at ${toldAt}, too long ago for it to know the events again: correct it there by hand`;
    return { kind: 'rejected', reason };
  }

  async #tell(row: OutboxRow, name: string, remainingMs: () => number, addressees: Addressees): Promise<ExportOutcome> {
    const { entries, now } = this.#dependencies;
    let subject: string | undefined;
    let batch: MeteredEvent[] = [];
    let first = row.toldTo === undefined;
    const send = async (): Promise<ExportOutcome> => {
      const sent = this.#send(batch, remainingMs);
      const tookNone = await sent.then(
        ({ kind }) => kind === 'rejected',
        // It refuses whoever asks, or is not there.
        () => true,
      );
      if (first && tookNone) await addressees.toldNobody(row);
      first = false;
      batch = [];
      return sent;
    };
    for await (const history of eventHistories(entries(row.tenant, row.hour))) {
      // Before it is told: what it has and is told again for another subject, it drops.
      subject ??= await addressees.tellTo(row, name, now());
      if (subject === undefined) return { kind: 'later', reason: 'the hour was just about to change' };
      batch.push(...meteredEvents(history, subject));
      if (batch.length < batchEvents) continue;
      const outcome = await send();
      if (outcome.kind !== 'delivered') return outcome;
    }
    return batch.length === 0 ? { kind: 'delivered' } : send();
  }

  async #send(batch: readonly MeteredEvent[], remainingMs: () => number): Promise<ExportOutcome> {
    const leftMs = remainingMs();
    if (leftMs < reserveMs) return { kind: 'later', reason: 'the time ran out' };
    return ingest(this.#dependencies, batch, leftMs);
  }
}
