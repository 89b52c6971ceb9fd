/** An hour as it lies in the ledger. */
export interface ArchivedHour {
  /** `2026-11-22T01` */
  readonly hour: string;
  /** Of the objects: that of the rollup which says the same, or a later one, where others lay there already. */
  readonly version: number;
  /** Of the rollup that says the same. */
  readonly rollupVersion: number;
  /** Events that count. */
  readonly events: number;
  /** As in the rollup. */
  readonly idsSha256: string;
  /** SHA-256 of the rollup's rows as JSON. */
  readonly rowsSha256: string;
  /** All that the journal has of it, and the SHA-256 of its keys. */
  readonly records: number;
  readonly recordsSha256: string;
  /** The file of lines, compressed as it is: its length and its SHA-256 in hexadecimal. */
  readonly bytes: number;
  readonly sha256: string;
  /** SHA-256 of the Parquet file, in hexadecimal. */
  readonly parquetSha256: string;
  /** RFC 3339. */
  readonly archivedAt: string;
}
