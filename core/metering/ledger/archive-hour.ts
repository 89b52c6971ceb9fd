import { join } from 'node:path';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { fileDigest } from '../../storage/file-digest.ts';
import { WorkFolder } from '../../storage/work-folder.ts';
import type { RollupHead, RollupStore } from '../close/rollup-store.ts';
import { saysTheSame } from '../close/says-the-same.ts';
import { daysInJournal, journalBegins } from '../journal-days.ts';
import type { JournalReader } from '../journal-reader.ts';
import type { JournalOwner } from '../journal-shards.ts';
import { hourStart } from '../usage-hour.ts';
import type { ArchiveTime } from './archive-time.ts';
import type { ArchivedHour } from './archived-hour.ts';
import { expireEntries } from './expire-entries.ts';
import { writeHourFiles } from './hour-files.ts';
import { type JournalEntry, journalRecords } from './journal-records.ts';
import type { LedgerBucket } from './ledger-bucket.ts';
import type { LedgerIndex } from './ledger-index.ts';
import { LedgerMismatchError } from './ledger-mismatch-error.ts';
import type { LedgerReader } from './ledger-reader.ts';
import { storeHour } from './store-hour.ts';

/** What archiving takes. */
export interface ArchiveDependencies {
  readonly client: DynamoDB;
  readonly usageTable: string;
  readonly journal: Pick<JournalReader, 'lateHours'>;
  readonly rollups: Pick<RollupStore, 'head' | 'progress' | 'advance'>;
  readonly index: Pick<LedgerIndex, 'find' | 'note'>;
  readonly bucket: Pick<LedgerBucket, 'store' | 'look'>;
  readonly reader: Pick<LedgerReader, 'fold'>;
  readonly now: () => Date;
}

/** How long archiving may take. */
export interface ArchivingTime {
  /** Of the run. */
  readonly time: ArchiveTime;
  /** Whether there is time for a step more of work that can be stopped behind each. */
  readonly enoughTime: () => boolean;
}

/** What became of an hour. */
export interface ArchivingOutcome {
  /** Whether objects were written. */
  readonly written: boolean;
  /** False when there was not enough time; another turn goes on from there. */
  readonly complete: boolean;
}

/**
 * Brings the ledger up to an hour's rollup, and then lets the hour's records leave the journal in 90 days. What is written is held against
 * the rollup before it is stored and, read back, after; only when both objects are there and say the same, anything may expire.
 *
 * Takes the memory of some pages of the journal, and in the temporary folder some 160 bytes a record.
 *
 * @throws LedgerMismatchError when journal, rollup and ledger do not say the same
 */
export async function archiveHour(
  dependencies: ArchiveDependencies,
  owner: JournalOwner,
  hour: string,
  { time, enoughTime }: ArchivingTime,
): Promise<ArchivingOutcome> {
  const { client, usageTable, rollups, index, now } = dependencies;
  const head = await rollups.head(owner.tenant, hour);
  const mayHaveLeft = hourStart(hour) < journalBegins(now());
  if (head === undefined) {
    // The close makes no rollup of what is left of an hour that was archived: that is to be told of here.
    if (mayHaveLeft) for await (const _ of neverArchived(owner.tenant, hour, entriesOf(dependencies, owner, hour)));
    return { written: false, complete: true };
  }
  const before = await index.find(owner.tenant, hour);
  // Only for the version's sake nothing is stored again that the journal may not have whole any more.
  const written =
    before === undefined || !isOf(before, head) || (before.rollupVersion !== head.version && !mayHaveLeft);
  if (written) {
    const from = Math.max(head.version, (before?.version ?? 0) + 1);
    const archived = await time.write(`${hour} of ${owner.tenant}`, head.records, () =>
      store(dependencies, owner, hour, { head, from, whole: before !== undefined || !mayHaveLeft }),
    );
    if (archived === undefined) return { written: false, complete: false };
    await index.note(owner.tenant, archived);
  }
  const expiresAt = Math.floor(now().getTime() / 1000) + daysInJournal * 86_400;
  const entries = entriesOf(dependencies, owner, hour);
  return { written, complete: await expireEntries(client, usageTable, entries, expiresAt, enoughTime) };
}

async function store(
  dependencies: ArchiveDependencies,
  owner: JournalOwner,
  hour: string,
  { head, from, whole }: { readonly head: RollupHead; readonly from: number; readonly whole: boolean },
): Promise<ArchivedHour> {
  const { bucket, reader, now } = dependencies;
  const { tenant } = owner;
  const { version, events, idsSha256, rowsSha256, records, recordsSha256 } = head;
  const folder = new WorkFolder('ledger');
  try {
    const paths = { lines: join(folder.path, 'lines'), parquet: join(folder.path, 'parquet') };
    const entries = entriesOf(dependencies, owner, hour);
    const folded = await writeHourFiles(whole ? entries : neverArchived(tenant, hour, entries), paths);
    if (!saysTheSame(head, folded)) {
      throw new LedgerMismatchError(
        `the journal has ${folded.events} events of ${tenant} for ${hour} that count, and version ${version} of the rollup ${events} or others; close the hour again`,
      );
    }
    const files = {
      parquet: { path: paths.parquet, ...(await fileDigest(paths.parquet)) },
      'ndjson.gz': { path: paths.lines, ...(await fileDigest(paths.lines)) },
    };
    const stored = await storeHour({ bucket, reader }, { tenant, hour, head }, files, from);
    const what = { events, idsSha256, rowsSha256, records, recordsSha256 };
    return { hour, rollupVersion: version, ...stored, ...what, archivedAt: now().toISOString() };
  } finally {
    folder.remove();
  }
}

const entriesOf = ({ client, usageTable }: ArchiveDependencies, owner: JournalOwner, hour: string) =>
  journalRecords(client, usageTable, owner, hour);

/** Whether what lies in the ledger is what a rollup says. */
const isOf = (archived: ArchivedHour, head: RollupHead): boolean =>
  archived.recordsSha256 === head.recordsSha256 &&
  archived.idsSha256 === head.idsSha256 &&
  archived.rowsSha256 === head.rowsSha256;

/**
 * Of an hour this old a part would be taken for all of it, if it was archived before and nobody knows.
 *
 * @throws LedgerMismatchError when it was
 */
async function* neverArchived(
  tenant: string,
  hour: string,
  entries: AsyncIterable<readonly JournalEntry[]>,
): AsyncGenerator<readonly JournalEntry[], void> {
  for await (const page of entries) {
    if (page.some(({ keys }) => keys.some(({ expires }) => expires))) {
      throw new LedgerMismatchError(
        `${hour} of ${tenant} was archived before, and its records are leaving the journal; rebuild it from the ledger`,
      );
    }
    yield page;
  }
}
