import type { Destination } from './destination.ts';

/** One destination has yet to be told of one tenant's hour, in this version of its rollup or a later one. */
export interface OutboxRow {
  readonly tenant: string;
  readonly destination: Destination;
  /** `2026-11-22T01` */
  readonly hour: string;
  /** Of the rollup. A newer version takes the row's place before it is delivered, or makes it pending again after. */
  readonly version: number;
  /** RFC 3339: since when it waits. */
  readonly since: string;
  /** Deliveries that were tried and failed. */
  readonly attempts: number;
  /** The version that the destination has been told; absent when it was told none. */
  readonly delivered?: number;
  /**
   * Who was told of this hour, or may have been, by the name that the destination has for them: who is to be told of its later versions too,
   * whoever the tenant is there by then. Absent when nobody was, and where the destination tells hours apart in another way.
   */
  readonly toldTo?: string;
  /** RFC 3339: since when; before the first call, so that it is never too late. */
  readonly toldAt?: string;
  /** The newest version that was refused and has been dealt with by hand; absent when none was. Nobody is told of the hour any more. */
  readonly settled?: number;
  /** How often the destination took what it was told of this hour and said later that it does not count; absent when it never did. */
  readonly refusals?: number;
}
