import { addUnits } from './add-units.ts';
import { adjustmentKey } from './adjustment-key.ts';
import { voidKey } from './journal-partitions.ts';
import type { RecordedEvent } from './journal-reader.ts';
import type { JournalRecord } from './journal-record.ts';

/** Tells from whole records what counts: events as they were adjusted, and which of them are void. */
export class RecordCounter {
  readonly #take: (event: RecordedEvent) => void;
  #last: RecordedEvent | undefined;

  constructor(take: (event: RecordedEvent) => void) {
    this.#take = take;
  }

  /** To be given each event, and behind it all that adjusts or voids it, in the order of the journal. */
  add(record: JournalRecord): void {
    if (record.type === 'maas.inference.completed.v1') {
      this.end();
      this.#last = { id: record.id, data: record.data, voided: false, keys: [record.id] };
      return;
    }
    const last = this.#last;
    if (last?.id !== record.data.event) return;
    if (record.type === 'maas.usage.voided.v1') {
      this.#last = { ...last, voided: true, keys: [...last.keys, voidKey(last.id)] };
      return;
    }
    this.#last = {
      ...last,
      data: { ...last.data, units: addUnits(last.data.units, record.data.units) },
      // Its first has the first place behind the event, and so on.
      keys: [...last.keys, adjustmentKey(last.id, last.keys.length)],
    };
  }

  /** There is no more. */
  end(): void {
    if (this.#last !== undefined) this.#take(this.#last);
    this.#last = undefined;
  }
}
