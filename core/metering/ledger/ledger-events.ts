import { TooLargeError } from '../../api/maas-error.ts';
import { eventTime } from '../event-time.ts';
import { journalBegins } from '../journal-days.ts';
import type { FoundEvent } from '../journal-reader.ts';
import type { JournalRecord } from '../journal-record.ts';
import type { UsageAdjusted } from '../usage-adjusted.ts';
import { hourStart, usageHour } from '../usage-hour.ts';
import type { LedgerIndex } from './ledger-index.ts';
import { ledgerKey } from './ledger-key.ts';
import type { LedgerReader } from './ledger-reader.ts';

/** An hour of some 200,000 events, which is read in a few seconds. */
const bytesMax = 20_000_000;

interface Dependencies {
  readonly index: Pick<LedgerIndex, 'find'>;
  readonly reader: Pick<LedgerReader, 'records'>;
  readonly now: () => Date;
}

/** Finds single events that have left the journal. */
export class LedgerEvents {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  /**
   * An event of an hour that may have left the journal, and what adjusts or voids it; undefined when the tenant has none with this id.
   *
   * @throws TooLargeError when its hour has more events than can be looked through while somebody waits
   * @throws LedgerMismatchError when the ledger was changed
   */
  async find(tenant: string, id: string): Promise<FoundEvent | undefined> {
    const { index, reader, now } = this.#with;
    const hour = usageHour(eventTime(id));
    if (hourStart(hour) >= journalBegins(now())) return undefined;
    const archived = await index.find(tenant, hour);
    if (archived === undefined) return undefined;
    if (archived.bytes > bytesMax) {
      const key = ledgerKey.hour(tenant, hour, archived.version, 'ndjson.gz');
      throw new TooLargeError(
        `usage event ${id} has left the journal, and its hour in the ledger has ${archived.events} events, too many to look through here; it is in ${key}, if it is`,
      );
    }
    const found: JournalRecord[] = [];
    for await (const record of reader.records(tenant, archived)) {
      if (record.id === id || ('event' in record.data && record.data.event === id)) found.push(record);
    }
    const event = found.find((record) => record.type === 'maas.inference.completed.v1');
    const voided = found.find((record) => record.type === 'maas.usage.voided.v1');
    const adjustments = found.filter((record): record is UsageAdjusted => record.type === 'maas.usage.adjusted.v1');
    if (event === undefined) return undefined;
    return { event, adjustments, ...(voided === undefined ? {} : { voided }) };
  }
}
