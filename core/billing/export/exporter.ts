import type { Addressees } from './addressees.ts';
import type { Destination } from './destination.ts';
import type { OutboxRow } from './outbox-row.ts';
import type { TenantLink } from './tenant-link.ts';

/** What became of a row. */
export type ExportOutcome =
  | { readonly kind: 'delivered' }
  /** To be tried again: the destination is away, throttles, or asks to wait. */
  | { readonly kind: 'later'; readonly reason: string; readonly afterSeconds?: number }
  /** For good, until somebody does something about it. */
  | { readonly kind: 'rejected'; readonly reason: string };

/** Tells one destination what tenants used. */
export interface Exporter<D extends Destination = Destination> {
  readonly destination: D;
  /**
   * Whether it decides itself about hours before the link's first: it may have counted them under another link.
   *
   * @default false: those that were told to somebody are delivered, and others rejected
   */
  readonly judgesEarlyHours?: boolean;
  /**
   * Delivers rows of one tenant, oldest hour first. Whoever calls holds the tenant's lease, so nobody else delivers for it meanwhile; yet any
   * call may have been made before, all of it or up to any point, by a process that died: what is delivered twice must count once.
   *
   * @param remainingMs until the caller's time or the lease ends, whichever is first
   * @param addressees for destinations that count each hour for whom it is told to
   * @returns an outcome for each row, in their order. A failure that is not about a row is thrown, and all of them are tried again
   */
  deliver(
    link: Extract<TenantLink, { destination: D }>,
    rows: readonly OutboxRow[],
    remainingMs: () => number,
    addressees: Addressees,
  ): Promise<readonly ExportOutcome[]>;
}
