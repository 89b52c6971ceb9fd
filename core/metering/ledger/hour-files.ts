import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { ParquetFile } from '../../storage/parquet-file.ts';
import { type FoldedHour, HourFold } from '../close/hour-fold.ts';
import { RecordCounter } from '../record-counter.ts';
import type { JournalEntry } from './journal-records.ts';
import { ledgerColumns, ledgerRow } from './ledger-columns.ts';

/** Where an hour's two files are to be made. */
export interface HourPaths {
  readonly lines: string;
  readonly parquet: string;
}

/**
 * Writes an hour into files, one JSON text a line, compressed, and Parquet. Takes the memory of some pages, however many events there are.
 * The same records give the same bytes.
 *
 * @returns what the records that were written come to
 */
export async function writeHourFiles(
  entries: AsyncIterable<readonly JournalEntry[]>,
  paths: HourPaths,
): Promise<FoldedHour> {
  const fold = new HourFold();
  const counter = new RecordCounter((event) => fold.add(event));
  const parquet = new ParquetFile(paths.parquet, ledgerColumns);
  const gzip = createGzip();
  const written = pipeline(gzip, createWriteStream(paths.lines));
  // Whoever waits for it hears of a failure.
  written.catch(() => undefined);
  try {
    for await (const page of entries) {
      for (const record of page.flatMap(({ records }) => records)) {
        counter.add(record);
        parquet.add(ledgerRow(record));
        if (!gzip.write(`${JSON.stringify(record)}\n`)) await Promise.race([once(gzip, 'drain'), written]);
      }
    }
  } finally {
    gzip.end();
  }
  await written;
  parquet.finish();
  counter.end();
  return fold.result();
}
