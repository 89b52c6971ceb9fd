import type { StoredFile } from '../../storage/put-file.ts';
import type { RollupHead } from '../close/rollup-store.ts';
import { saysTheSame } from '../close/says-the-same.ts';
import type { ArchivedHour } from './archived-hour.ts';
import type { LedgerBucket } from './ledger-bucket.ts';
import { type LedgerForm, ledgerKey } from './ledger-key.ts';
import { LedgerMismatchError } from './ledger-mismatch-error.ts';
import type { LedgerReader } from './ledger-reader.ts';

/** What storing takes. */
interface Dependencies {
  readonly bucket: Pick<LedgerBucket, 'store' | 'look'>;
  readonly reader: Pick<LedgerReader, 'fold'>;
}

/** Where an hour lies, and in which bytes. */
export type StoredHour = Pick<ArchivedHour, 'version' | 'bytes' | 'sha256' | 'parquetSha256'>;

const contentTypes = { 'ndjson.gz': 'application/gzip', parquet: 'application/vnd.apache.parquet' } as const;
/** Of objects that others left: each try sends the files again. */
const triesMax = 20;

/**
 * Stores an hour's files, and reads back what was stored. Where a run that died left objects that say the same, these are taken as they are,
 * whatever their bytes: the order of what an event says, or another compressor, make others. Where something else lies, that stays, and the
 * hour goes under the next version.
 *
 * @param from the version to begin with
 * @throws LedgerMismatchError when what was just stored reads otherwise, or too many versions are taken
 */
export async function storeHour(
  { bucket, reader }: Dependencies,
  { tenant, hour, head }: { readonly tenant: string; readonly hour: string; readonly head: RollupHead },
  files: Readonly<Record<LedgerForm, StoredFile>>,
  from: number,
): Promise<StoredHour> {
  const said = {
    events: String(head.events),
    'ids-sha256': head.idsSha256,
    'rows-sha256': head.rowsSha256,
    records: String(head.records),
    'records-sha256': head.recordsSha256,
  };
  const metadata = { 'rollup-version': String(head.version), ...said };
  /** The object as it lies there in the end; undefined when it says something else. */
  const place = async (version: number, form: LedgerForm) => {
    const key = ledgerKey.hour(tenant, hour, version, form);
    const { bytes, sha256 } = files[form];
    if (await bucket.store(key, files[form], contentTypes[form], metadata)) return { bytes, sha256, own: true };
    const found = await bucket.look(key);
    const same = Object.entries(said).every(([name, value]) => found.metadata[name] === value);
    return same ? { bytes: found.bytes, sha256: found.metadata['sha256'] ?? '', own: false } : undefined;
  };
  for (let version = from; version < from + triesMax; version += 1) {
    const parquet = await place(version, 'parquet');
    // Last: where lines are, all is.
    const lines = parquet === undefined ? undefined : await place(version, 'ndjson.gz');
    if (parquet === undefined || lines === undefined) continue;
    const { own, ...stored } = lines;
    const same = await reader.fold(tenant, { hour, version, ...stored }).then(
      (folded) => saysTheSame(head, folded),
      (error: unknown) => {
        if (own || !(error instanceof LedgerMismatchError)) throw error;
        return false;
      },
    );
    if (same) return { version, ...stored, parquetSha256: parquet.sha256 };
    if (own) {
      const key = ledgerKey.hour(tenant, hour, version, 'ndjson.gz');
      throw new LedgerMismatchError(`${key} of the ledger does not say what was written to it`);
    }
  }
  throw new LedgerMismatchError(
    `versions ${from} to ${from + triesMax - 1} of ${hour} of ${tenant} lie in the ledger, and say something else than its rollup`,
  );
}
