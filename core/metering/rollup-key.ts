const digits = (value: number): string => String(value).padStart(8, '0');

/** Keys in the table `rollups`. */
export const rollupKey = {
  partition: (tenant: string): string => `T#${tenant}`,
  /** How far the tenant's usage is closed. */
  cursor: 'CURSOR',
  /** What lies in the ledger of an hour. */
  archived: (hour: string): string => `A#${hour}`,
  /** An hour in its newest version, such as `2026-11-22T01`. */
  head: (hour: string): string => `H#${hour}`,
  /**
   * A part of a version's rows, where they do not fit into the head.
   *
   * @param rowsSha256 of all rows: of two that make the same version at once, none writes over the other's
   */
  part: (hour: string, version: number, rowsSha256: string, part: number): string =>
    `P#${hour}#V#${digits(version)}#${rowsSha256}#${digits(part)}`,
};
