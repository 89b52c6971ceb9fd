import { createHash } from 'node:crypto';
import { addUnits, noUnits } from '../add-units.ts';
import type { RecordedEvent } from '../journal-reader.ts';
import type { HourRollup, RollupRow } from '../rollup.ts';
import type { UsageEvent, UsageUnits } from '../usage-event.ts';

/** What an hour of the journal comes to. */
export interface FoldedHour extends Pick<HourRollup, 'rows' | 'events' | 'idsSha256'> {
  /** All that the journal has of the hour: events, those that do not count too, adjustments and voids. Never fewer than before. */
  readonly records: number;
  /** SHA-256 of their keys in ascending order of events, each followed by a newline. In hexadecimal. */
  readonly recordsSha256: string;
  /**
   * Whether any of them is about to leave the journal, so that it may not have all of them any more.
   * @default false
   */
  readonly leaving?: boolean;
}

/** Adds up the events of an hour. The same events in the same order give the same result, to the order of the rows. */
export class HourFold {
  readonly #rows = new Map<string, { head: Omit<RollupRow, 'units'>; units: UsageUnits }>();
  readonly #ids = createHash('sha256');
  readonly #keys = createHash('sha256');
  #events = 0;
  #records = 0;
  #leaving = false;

  /** To be given events by id in ascending order. */
  add({ id, data, voided, keys, leaving = false }: RecordedEvent): void {
    for (const key of keys) this.#keys.update(key).update('\n');
    this.#records += keys.length;
    this.#leaving ||= leaving;
    if (voided) return;
    const head = rowHead(data);
    const key = JSON.stringify(Object.values(head));
    const row = this.#rows.get(key) ?? { head, units: noUnits };
    row.units = addUnits(row.units, data.units);
    this.#rows.set(key, row);
    this.#ids.update(id).update('\n');
    this.#events += 1;
  }

  /** To be called once, in the end. */
  result(): FoldedHour {
    const sorted = [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      rows: sorted.map(([, { head, units }]) => ({ ...head, units })),
      events: this.#events,
      idsSha256: this.#ids.digest('hex'),
      records: this.#records,
      recordsSha256: this.#keys.digest('hex'),
      leaving: this.#leaving,
    };
  }
}

const rowHead = ({ model, modelVersion, keyId, plan, hardware, priceBook }: UsageEvent['data']) => ({
  model,
  modelVersion,
  keyId,
  plan,
  hardware,
  ...(priceBook === undefined ? {} : { priceBook }),
});
