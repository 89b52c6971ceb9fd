import type { UsageUnits } from './usage-event.ts';

/** What one tenant used in one closed hour, by everything that a price can depend on. Written with SET; the same journal gives the same bytes. */
export interface HourRollup {
  readonly tenant: string;
  /** `2026-11-22T01`, UTC, by the time in the events' ids. */
  readonly hour: string;
  /** 1 for the first close; grows each time that the hour is found changed, and never starts again where it was known before. */
  readonly version: number;
  /** Sorted by model, model version, key, plan, hardware and price book. */
  readonly rows: readonly RollupRow[];
  /** Events that count: those in the journal without those voided. */
  readonly events: number;
  /** SHA-256 of the counted events' ids in ascending order, each followed by a newline. In hexadecimal. */
  readonly idsSha256: string;
  /** RFC 3339: when this version was written. */
  readonly closedAt: string;
  /** Present while the hour is not closed: added up ahead of time because an operator asked for it, and certain to be looked at again. */
  readonly open?: true;
}

/** The share of an hour for which one price applies. */
export interface RollupRow {
  readonly model: string;
  readonly modelVersion: string;
  readonly keyId: string;
  readonly plan: string;
  readonly hardware: string;
  /** Version of the price book; absent when none was published. */
  readonly priceBook?: string;
  /** Sums: exact integers below 2^53. */
  readonly units: UsageUnits;
}

/** Reads closed hours. Invoices are made from these and from nothing else. */
export interface RollupReader {
  /** The tenant's closed hours that begin in the half-open interval, oldest first, each in its newest version; hours without use have none. */
  rollups(tenant: string, from: Date, to: Date): AsyncIterable<HourRollup>;
}
