import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import { ParquetFile, type ParquetValue } from '../../storage/parquet-file.ts';
import { exactText } from '../money/exact-text.ts';
import type { FocusColumn, FocusRow } from './focus-column.ts';

/** Writes a dataset as CSV and Parquet, row by row: the same rows give the same bytes. */
export class FocusFile {
  readonly #columns: readonly FocusColumn[];
  readonly #csv: WriteStream;
  readonly #parquet: ParquetFile;
  /** Written so far. */
  rows = 0;

  constructor(columns: readonly FocusColumn[], paths: { readonly csv: string; readonly parquet: string }) {
    this.#columns = columns;
    this.#csv = createWriteStream(paths.csv);
    this.#csv.write(csvLine(columns.map(({ name }) => name)));
    this.#parquet = new ParquetFile(paths.parquet, columns);
  }

  async add(row: FocusRow): Promise<void> {
    this.rows += 1;
    this.#parquet.add(this.#columns.map(({ name, type }) => parquetValue(type, row[name])));
    const line = csvLine(this.#columns.map(({ name, type }) => csvValue(type, row[name])));
    if (!this.#csv.write(line)) await once(this.#csv, 'drain');
  }

  /** To be called once, in the end: both files are whole then. */
  async finish(): Promise<void> {
    this.#parquet.finish();
    this.#csv.end();
    await once(this.#csv, 'finish');
  }
}

/** As RFC 4180 has it. What begins like a formula is left as it is: whoever opens the file in a spreadsheet imports it as text. */
const csvLine = (values: readonly (string | null)[]): string => stringify([values], { record_delimiter: '\r\n' });

/** Null is nothing at all between two commas. Times are written to the second, as FOCUS wants them, or finer where they are. */
function csvValue(type: FocusColumn['type'], value: FocusRow[string]): string | null {
  if (value === undefined) return null;
  if (type === 'timestamp') return String(value).replace(/\.000Z$/, 'Z');
  return typeof value === 'bigint' ? exactText(value) : value;
}

function parquetValue(type: FocusColumn['type'], value: FocusRow[string]): ParquetValue {
  if (value === undefined) return null;
  return type === 'timestamp' ? Date.parse(String(value)) : value;
}
