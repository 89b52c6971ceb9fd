import { type CloseDependencies, type ClosedHour, closeHour } from '../close/close-hour.ts';
import { type ClosingTenant, firstHour, openFrom } from '../close/close-tenant.ts';
import type { RebuildReport } from '../close/rebuild-hours.ts';
import { journalBegins } from '../journal-days.ts';
import { hourStart, nextHour } from '../usage-hour.ts';
import type { ArchivedHour } from './archived-hour.ts';
import type { LedgerBucket } from './ledger-bucket.ts';
import type { LedgerIndex } from './ledger-index.ts';
import { ledgerKey } from './ledger-key.ts';
import { LedgerMismatchError } from './ledger-mismatch-error.ts';
import type { LedgerReader } from './ledger-reader.ts';

/** What rebuilding from the ledger takes. */
export interface LedgerAccess {
  readonly bucket: Pick<LedgerBucket, 'open' | 'keys'>;
  readonly reader: Pick<LedgerReader, 'fold'>;
  readonly index: Pick<LedgerIndex, 'find'>;
}

/** An hour of a million events is read in half a minute; an answer has to leave within 29 s, so larger ones are for the journal. */
const reserveMs = 5000;

/**
 * Makes a tenant's rollups of closed hours again from the ledger, and from the journal what the ledger does not have yet, oldest first, and
 * tells where they differed. Works also when the rollups table is lost, with all that it noted of the ledger: then what lies in the bucket
 * counts, as it says of itself.
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
  const { closedTo } = await rollups.progress(tenant);
  const first = firstHour(owner);
  const end = closedTo ?? openFrom(now());
  const differences: ClosedHour[] = [];
  let hours = 0;
  let day: { readonly date: string; readonly keys: readonly string[] } | undefined;
  for (let hour = from === undefined || from < first ? first : from; hour < end; hour = nextHour(hour)) {
    if (remainingMs() < reserveMs) return { tenant, hours, differences, next: hour };
    const date = hour.slice(0, 10);
    if (day?.date !== date) day = { date, keys: await ledger.bucket.keys(ledgerKey.day(tenant, date)) };
    const archived = await source(dependencies, ledger, tenant, hour, day.keys);
    const fold = archived === undefined ? undefined : () => ledger.reader.fold(tenant, archived);
    const closed = await closeHour(dependencies, owner, hour, false, fold);
    hours += 1;
    if (closed.after?.version !== closed.before?.version) differences.push(closed);
  }
  return { tenant, hours, differences };
}

/** The object to rebuild an hour from. Undefined: from the journal. */
async function source(
  { rollups, now }: CloseDependencies,
  { index, bucket }: LedgerAccess,
  tenant: string,
  hour: string,
  keys: readonly string[],
): Promise<Pick<ArchivedHour, 'hour' | 'version' | 'bytes' | 'sha256'> | undefined> {
  const noted = await index.find(tenant, hour);
  const version = noted?.version ?? newest(tenant, hour, keys);
  if (version === undefined) return undefined;
  const head = await rollups.head(tenant, hour);
  const leftJournal = hourStart(hour) < journalBegins(now());
  // Something came since, and waits to be archived.
  if (!leftJournal && head !== undefined && head.version > version) return undefined;
  const key = ledgerKey.hour(tenant, hour, version, 'ndjson.gz');
  if (!keys.includes(key)) throw new LedgerMismatchError(`${key} is missing from the ledger`);
  if (noted !== undefined) return noted;
  const { body, bytes, metadata } = await bucket.open(key);
  body.destroy();
  return { hour, version, bytes, sha256: metadata['sha256'] ?? '' };
}

function newest(tenant: string, hour: string, keys: readonly string[]): number | undefined {
  const versions = keys.flatMap((key) => {
    const version = Number(/\/v(\d{1,9})\.ndjson\.gz$/.exec(key)?.[1]);
    return key === ledgerKey.hour(tenant, hour, version, 'ndjson.gz') ? [version] : [];
  });
  return versions.length === 0 ? undefined : Math.max(...versions);
}
