const digits = (value: number): string => String(value).padStart(8, '0');
const head = (hour: string): string => `H#${hour}`;
const version = (hour: string, number: number): string => `${head(hour)}#V#${digits(number)}#P#`;

/** Keys in the table `rollups`. */
export const rollupKey = {
  partition: (tenant: string): string => `T#${tenant}`,
  /** How far the tenant's usage is closed. */
  cursor: 'CURSOR',
  /** What lies in the ledger of an hour. */
  archived: (hour: string): string => `A#${hour}`,
  /** An hour in its newest version, such as `2026-11-22T01`. */
  head,
  /** A part of a version's rows, where they do not fit into the head. */
  part: (hour: string, number: number, part: number): string => `${version(hour, number)}${digits(part)}`,
  /** What all parts of a version begin with. */
  version,
  /** Behind all that belongs to an hour, and before the next one. */
  end: (hour: string): string => `${head(hour)}#W`,
};
