import { type CloseDependencies, type ClosedHour, closeHour } from '../close/close-hour.ts';
import { type ClosingTenant, firstHour, openFrom } from '../close/close-tenant.ts';
import { foldHour } from '../close/fold-hour.ts';
import type { FoldedHour } from '../close/hour-fold.ts';
import type { RebuildReport } from '../close/rebuild-hours.ts';
import { rowsDigest } from '../rows-digest.ts';
import { nextHour } from '../usage-hour.ts';
import type { ArchivedHour } from './archived-hour.ts';
import type { LedgerBucket } from './ledger-bucket.ts';
import type { LedgerIndex } from './ledger-index.ts';
import { ledgerKey } from './ledger-key.ts';
import { LedgerMismatchError } from './ledger-mismatch-error.ts';
import type { LedgerReader } from './ledger-reader.ts';

/** What rebuilding from the ledger takes. */
export interface LedgerAccess {
  readonly bucket: Pick<LedgerBucket, 'look' | 'keys'>;
  readonly reader: Pick<LedgerReader, 'fold'>;
  readonly index: Pick<LedgerIndex, 'find' | 'note'>;
}

/** An hour of a million events is read in half a minute; an answer has to leave within 29 s, so larger ones are for the journal. */
const reserveMs = 5000;

/**
 * Makes a tenant's rollups of closed hours again from the ledger, and from the journal what the ledger does not have yet, oldest first, and
 * tells where they differed. Works also when the rollups table is lost, with all that it noted of the ledger: then what lies in the bucket
 * counts, as it says of itself, and is noted again, and the archive goes on behind it.
 *
 * @param from the hour to begin with, `2026-11-22T01`; default: the tenant's first
 * @throws LedgerMismatchError when an object is missing, or was changed: the hours before it are rebuilt, it is not
 */
export async function rebuildFromLedger(
  dependencies: CloseDependencies,
  ledger: LedgerAccess,
  owner: ClosingTenant,
  from: string | undefined,
  remainingMs: () => number,
): Promise<RebuildReport> {
  const { tenant } = owner;
  const { rollups, now } = dependencies;
  const first = firstHour(owner);
  const progress = await rollups.progress(tenant);
  const end = progress.closedTo ?? openFrom(now());
  let archivedTo = progress.archivedTo ?? first;
  const differences: ClosedHour[] = [];
  let hours = 0;
  let day: { readonly date: string; readonly keys: readonly string[] } | undefined;
  for (let hour = from === undefined || from < first ? first : from; hour < end; hour = nextHour(hour)) {
    if (remainingMs() < reserveMs) return { tenant, hours, differences, next: hour };
    const date = hour.slice(0, 10);
    if (day?.date !== date) day = { date, keys: await ledger.bucket.keys(ledgerKey.day(tenant, date)) };
    const { closed, archived } = await rebuildHour(dependencies, ledger, owner, hour, day.keys);
    hours += 1;
    if (closed.after?.version !== closed.before?.version) differences.push(closed);
    if (hour === archivedTo && archived) {
      archivedTo = nextHour(hour);
      await rollups.advance(tenant, 'archivedTo', archivedTo);
    }
  }
  return { tenant, hours, differences };
}

/** @returns with `archived`: true when the ledger has all of the hour, or there is nothing to have */
async function rebuildHour(
  dependencies: CloseDependencies,
  ledger: LedgerAccess,
  owner: ClosingTenant,
  hour: string,
  keys: readonly string[],
): Promise<{ readonly closed: ClosedHour; readonly archived: boolean }> {
  const { tenant } = owner;
  const noted = await ledger.index.find(tenant, hour);
  const lies = noted ?? (await newest(ledger, tenant, hour, keys));
  if (lies === undefined) {
    const closed = await closeHour(dependencies, owner, hour, false);
    return { closed, archived: closed.after === undefined };
  }
  const key = ledgerKey.hour(tenant, hour, lies.version, 'ndjson.gz');
  if (!keys.includes(key)) throw new LedgerMismatchError(`${key} is missing from the ledger`);
  let inLedger: FoldedHour | undefined;
  const fold = async (): Promise<FoldedHour> => {
    inLedger = await ledger.reader.fold(tenant, lies);
    // With fewer records its time is over, or it was lost; with more something came since, and waits to be archived.
    const inJournal = await foldHour(dependencies.journal, owner, hour);
    if (inJournal.records <= inLedger.records) return inLedger;
    inLedger = undefined;
    return inJournal;
  };
  const version = Math.max(...versionsOf(tenant, hour, keys), noted?.rollupVersion ?? 0);
  // A rollup that is behind what lies there was made after a loss, by who knew no version; one that nothing is noted of may have been, too.
  const least = noted === undefined ? version + 1 : version;
  const closed = await closeHour(dependencies, owner, hour, false, { fold, version, least });
  const parquetKey = ledgerKey.hour(tenant, hour, lies.version, 'parquet');
  // Else the archive stores it.
  if (inLedger === undefined || closed.after === undefined || !keys.includes(parquetKey)) {
    return { closed, archived: false };
  }
  if (noted?.rollupVersion !== closed.after.version) {
    const { rows, events, idsSha256, records, recordsSha256 } = inLedger;
    await ledger.index.note(tenant, {
      archivedAt: dependencies.now().toISOString(),
      parquetSha256: (await ledger.bucket.look(parquetKey)).metadata['sha256'] ?? '',
      ...lies,
      events,
      idsSha256,
      records,
      recordsSha256,
      rowsSha256: rowsDigest(JSON.stringify(rows)),
      rollupVersion: closed.after.version,
    });
  }
  return { closed, archived: true };
}

/** What lies in the ledger of an hour, as it says of itself. */
async function newest(
  { bucket }: LedgerAccess,
  tenant: string,
  hour: string,
  keys: readonly string[],
): Promise<Pick<ArchivedHour, 'hour' | 'version' | 'bytes' | 'sha256'> | undefined> {
  const versions = versionsOf(tenant, hour, keys);
  if (versions.length === 0) return undefined;
  const version = Math.max(...versions);
  const { bytes, metadata } = await bucket.look(ledgerKey.hour(tenant, hour, version, 'ndjson.gz'));
  return { hour, version, bytes, sha256: metadata['sha256'] ?? '' };
}

const versionsOf = (tenant: string, hour: string, keys: readonly string[]): number[] =>
  keys.flatMap((key) => {
    const version = Number(/\/v(\d{1,9})\.ndjson\.gz$/.exec(key)?.[1]);
    return key === ledgerKey.hour(tenant, hour, version, 'ndjson.gz') ? [version] : [];
  });
