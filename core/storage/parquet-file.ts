import {
  type ColumnSource,
  fileWriter,
  ParquetWriter,
  type SchemaElement,
  schemaFromColumnData,
} from 'hyparquet-writer';

/** Rows that are in memory at once, and that a reader can skip as one. */
const rowsInGroup = 10_000;

/** A column. Integers are below 2^53 and written as 64 bits; decimal numbers have twelve digits after the point, and 26 before it. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'decimal' | 'timestamp';
}

/** A value of a column: text, an integer, a decimal number as an integer of 10^-12, the milliseconds of a timestamp, or nothing. */
export type ParquetValue = string | number | bigint | null;

/** Writes a Parquet file row by row, with the memory of one group of rows. The same rows give the same bytes. */
export class ParquetFile {
  readonly #columns: readonly ParquetColumn[];
  readonly #writer: ParquetWriter;
  #rows: (readonly ParquetValue[])[] = [];

  /** @param path of the file to be made; what is there is replaced */
  constructor(path: string, columns: readonly ParquetColumn[]) {
    this.#columns = columns;
    this.#writer = new ParquetWriter({
      writer: fileWriter(path),
      schema: schemaFromColumnData({ columnData: this.#data([]), schemaOverrides: decimals(columns) }),
      createdBy: 'maas',
    });
  }

  /** @param row a value for each column, in their order */
  add(row: readonly ParquetValue[]): void {
    this.#rows.push(row);
    if (this.#rows.length >= rowsInGroup) this.#writeGroup();
  }

  /** To be called once, in the end: the file is whole then. */
  finish(): void {
    this.#writeGroup();
    void this.#writer.finish();
  }

  #writeGroup(): void {
    if (this.#rows.length > 0)
      void this.#writer.write({ columnData: this.#data(this.#rows), rowGroupSize: rowsInGroup });
    this.#rows = [];
  }

  #data(rows: readonly (readonly ParquetValue[])[]): ColumnSource[] {
    return this.#columns.map(({ name, type }, index) => ({
      name,
      ...(type === 'decimal' ? {} : { type: parquetTypes[type] }),
      data: rows.map((row) => stored(type, row[index] ?? null)),
    }));
  }
}

const parquetTypes = { text: 'STRING', integer: 'INT64', timestamp: 'TIMESTAMP' } as const;

function stored(type: ParquetColumn['type'], value: ParquetValue): string | bigint | Date | number | null {
  if (value === null || type === 'text') return value;
  return type === 'timestamp' ? new Date(Number(value)) : BigInt(value);
}

const decimals = (columns: readonly ParquetColumn[]): Record<string, SchemaElement> =>
  Object.fromEntries(
    columns
      .filter(({ type }) => type === 'decimal')
      .map(({ name }) => [
        name,
        {
          name,
          type: 'FIXED_LEN_BYTE_ARRAY',
          type_length: 16,
          converted_type: 'DECIMAL',
          precision: 38,
          scale: 12,
          repetition_type: 'OPTIONAL',
        },
      ]),
  );
