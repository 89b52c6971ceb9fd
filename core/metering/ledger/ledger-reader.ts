import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type FoldedHour, HourFold } from '../close/hour-fold.ts';
import type { JournalRecord } from '../journal-record.ts';
import { RecordCounter } from '../record-counter.ts';
import type { ArchivedHour } from './archived-hour.ts';
import type { LedgerBucket } from './ledger-bucket.ts';
import { ledgerKey } from './ledger-key.ts';
import { LedgerMismatchError } from './ledger-mismatch-error.ts';

/** A record has about 1 kB. */
const lineLengthMax = 100_000;

/** Reads hours back from the ledger. Needs `s3:GetObject` on its bucket. */
export class LedgerReader {
  readonly #bucket: Pick<LedgerBucket, 'open'>;

  constructor(bucket: Pick<LedgerBucket, 'open'>) {
    this.#bucket = bucket;
  }

  /**
   * An hour's records, in their order, one at a time. Only when the last has come are they known to be what was archived.
   *
   * @throws LedgerMismatchError before the first when the object has another length, behind the last when it has other bytes
   */
  async *records(tenant: string, archived: Pick<ArchivedHour, 'hour' | 'version' | 'bytes' | 'sha256'>) {
    const key = ledgerKey.hour(tenant, archived.hour, archived.version, 'ndjson.gz');
    const { body, bytes } = await this.#bucket.open(key);
    // Not read at all: what it unpacks to could be anything.
    if (bytes !== archived.bytes) {
      body.destroy();
      throw changed(key, `${bytes} bytes`, `${archived.bytes} bytes`);
    }
    const hash = createHash('sha256');
    const hashed = body.pipe(
      new Transform({
        transform(chunk: Buffer, _, done) {
          hash.update(chunk);
          done(null, chunk);
        },
      }),
    );
    const unpacked = hashed.pipe(createGunzip());
    // An error does not follow a pipe by itself.
    body.on('error', (error) => unpacked.destroy(error));
    try {
      for await (const line of linesOf(unpacked)) yield JSON.parse(line) as JournalRecord;
    } catch (cause) {
      throw new LedgerMismatchError(`${key} of the ledger cannot be read: it is not what was written`, { cause });
    } finally {
      body.destroy();
    }
    const sha256 = hash.digest('hex');
    if (sha256 !== archived.sha256) throw changed(key, sha256, archived.sha256);
  }

  /**
   * What an hour of the ledger comes to.
   *
   * @throws LedgerMismatchError when it is not what was archived
   */
  async fold(
    tenant: string,
    archived: Pick<ArchivedHour, 'hour' | 'version' | 'bytes' | 'sha256'>,
  ): Promise<FoldedHour> {
    const fold = new HourFold();
    const counter = new RecordCounter((event) => fold.add(event));
    for await (const record of this.records(tenant, archived)) counter.add(record);
    counter.end();
    return fold.result();
  }
}

/** Lines that end with a newline. A few bytes can unpack to a line without end, so that is looked at while it comes. */
async function* linesOf(text: Readable): AsyncGenerator<string, void> {
  let rest = '';
  for await (const chunk of text.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineLengthMax) throw new RangeError(`a line has more than ${lineLengthMax} characters`);
    yield* lines;
  }
  if (rest !== '') throw new RangeError('the last line is cut off');
}

const changed = (key: string, is: string, was: string): LedgerMismatchError =>
  new LedgerMismatchError(`${key} of the ledger was changed: it has ${is}, and was written with ${was}`);
