import { addUnits } from './add-units.ts';
import type { CountedEvent } from './journal-reader.ts';
import type { JournalRecord } from './journal-record.ts';

/** Tells from whole records what counts: events as they were adjusted, without those voided. */
export class RecordCounter {
  readonly #take: (event: CountedEvent) => void;
  #last: CountedEvent | undefined;

  constructor(take: (event: CountedEvent) => void) {
    this.#take = take;
  }

  /** To be given each event, and behind it all that adjusts or voids it. */
  add(record: JournalRecord): void {
    switch (record.type) {
      case 'maas.inference.completed.v1':
        this.end();
        this.#last = { id: record.id, data: record.data };
        return;
      case 'maas.usage.adjusted.v1':
        if (this.#last?.id !== record.data.event) return;
        this.#last = {
          id: this.#last.id,
          data: { ...this.#last.data, units: addUnits(this.#last.data.units, record.data.units) },
        };
        return;
      case 'maas.usage.voided.v1':
        if (this.#last?.id === record.data.event) this.#last = undefined;
    }
  }

  /** There is no more. */
  end(): void {
    if (this.#last !== undefined) this.#take(this.#last);
    this.#last = undefined;
  }
}
