/** How much an archive may unpack to. */
export interface ArchiveLimits {
  /** Files, folders and extended headers. */
  readonly entriesMax: number;
  /** Of the archive when it is decompressed, its headers included: a few kilobytes of gzip can stand for gigabytes. */
  readonly bytesMax: number;
}

/** For a model. */
export const archiveLimits: ArchiveLimits = { entriesMax: 10_000, bytesMax: 8 * 1024 ** 3 };
