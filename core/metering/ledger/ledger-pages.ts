import { journalBegins } from '../journal-days.ts';
import type { JournalRecord } from '../journal-record.ts';
import { hourStart } from '../usage-hour.ts';
import type { LedgerIndex } from './ledger-index.ts';
import { ledgerKey } from './ledger-key.ts';
import type { LedgerReader } from './ledger-reader.ts';

/** A part of an hour, in the order of the ledger. */
export interface LedgerPage {
  readonly records: readonly JournalRecord[];
  /** Where the hour goes on; absent at its end. */
  readonly next?: number;
  /** Instead of records: where an hour lies that is too large to be read page by page. */
  readonly object?: { readonly key: string; readonly events: number };
}

/** An hour of some 200,000 events. Each page of it reads it from its beginning. */
const bytesMax = 20_000_000;

interface Dependencies {
  readonly index: Pick<LedgerIndex, 'find'>;
  readonly reader: Pick<LedgerReader, 'records'>;
  readonly now: () => Date;
}

/** Reads hours that may have left the journal, a page at a time. They do not change any more. */
export class LedgerPages {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  /**
   * @param from how many records of the hour were read before
   * @param max of records; at least 1
   * @returns undefined when the hour is in the journal, or was never used
   * @throws LedgerMismatchError when the ledger was changed
   */
  async page(tenant: string, hour: string, from: number, max: number): Promise<LedgerPage | undefined> {
    const { index, reader, now } = this.#with;
    if (hourStart(hour) >= journalBegins(now())) return undefined;
    const archived = await index.find(tenant, hour);
    if (archived === undefined) return undefined;
    if (archived.bytes > bytesMax) {
      const key = ledgerKey.hour(tenant, hour, archived.version, 'ndjson.gz');
      return { records: [], object: { key, events: archived.events } };
    }
    const records: JournalRecord[] = [];
    let position = 0;
    for await (const record of reader.records(tenant, archived)) {
      if (records.length === max) return { records, next: position };
      if (position >= from) records.push(record);
      position += 1;
    }
    return { records };
  }
}
