/** Of one processor, to read a record, write it, and read it back from the ledger: 0.09 ms measured, the rest for slower processors and S3. That it gets its end in the journal
 * takes longer, but can be stopped at any record, so no time is set aside for it. */
const msPerRecord = 0.15;

/** The time that a run of the archive has, of which all hours that are being archived take their share. */
export class ArchiveTime {
  /** What a run keeps for what is under way when it stops: a page of records that get their end, and the progress. */
  static readonly reserveMs = 30_000;

  readonly #remainingMs: () => number;
  readonly #totalMs: number;
  /** Of hours that are being written. */
  #records = 0;

  constructor(remainingMs: () => number) {
    this.#remainingMs = remainingMs;
    this.#totalMs = remainingMs();
  }

  /**
   * Writes an hour, which cannot be stopped in between, if there is time for it.
   *
   * @param what names the hour
   * @returns undefined when there is not; another run may have it
   * @throws Error when no run as long as this has
   */
  async write<Result>(what: string, records: number, write: () => Promise<Result>): Promise<Result | undefined> {
    const needed = (count: number): number => ArchiveTime.reserveMs + count * msPerRecord;
    if (needed(records) > this.#totalMs) {
      throw new Error(`${what} has ${records} records, more than a run of the archive has time for`);
    }
    if (needed(this.#records + records) > this.#remainingMs()) return undefined;
    this.#records += records;
    try {
      return await write();
    } finally {
      this.#records -= records;
    }
  }
}
