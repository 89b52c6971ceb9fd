import type { OutboxRow } from './outbox-row.ts';

/** Keeps in mind to whom hours were told, so that all versions of one go to the same. */
export interface Addressees {
  /**
   * Notes to whom a row is told, and when, unless somebody was told of its hour before.
   *
   * @returns who is to be told; undefined when that cannot be noted, since the hour gets another version right now or waits no more
   */
  tellTo(row: OutboxRow, name: string, at: Date): Promise<string | undefined>;
  /** Notes that the destination took nothing of a row: its next try goes to whom the tenant is by then. */
  toldNobody(row: OutboxRow): Promise<void>;
}
