/** One record as it was planned. Nothing changes its quantity any more: the Marketplace takes an hour once. */
export interface PlannedRecord {
  readonly dimension: string;
  /** `2026-11-22T01`; its beginning is the record's time. */
  readonly hour: string;
  /** 1 to 2,147,483,647. */
  readonly quantity: number;
  /**
   * - `waiting`: it was not sent, or was answered, and does not count;
   * - `asked`: it was sent, or is just about to be, and no answer is known;
   * - `recorded`: it counts.
   */
  readonly state: 'waiting' | 'asked' | 'recorded';
}

/** By month, `2026-11`, and dimension. */
export type MonthSums = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What the Marketplace has been told of one tenant under one license. Numbers that may be large are decimal text. */
export interface MarketplaceState {
  /** Grows with each change. */
  readonly revision: number;
  /** The first hour that is told. */
  readonly from: string;
  /** The newest hour that is counted below. */
  readonly to: string;
  /** What each dimension counts, in words, since a number below means nothing under another; and the first month that it counts of. */
  readonly meanings: Readonly<Record<string, { readonly counts: string; readonly from: string }>>;
  /** What was used, exact: units, or amounts in 10^-12 of the currency. */
  readonly usage: MonthSums;
  /** Sums of all records ever planned in hours of the month, without those that were taken out again. */
  readonly planned: MonthSums;
  /** Those whose hours the Marketplace may still take: no hour is planned twice. */
  readonly records: readonly PlannedRecord[];
}

/** Before anything was told. */
export const emptyState = (from: string): MarketplaceState => ({
  revision: 0,
  from,
  to: '',
  meanings: {},
  usage: {},
  planned: {},
  records: [],
});
