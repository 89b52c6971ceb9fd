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

/** Hours such as `2026-11-22T01`, both ends included. */
export interface HourRange {
  readonly from: string;
  readonly to: string;
}

/** Whole ones of a dimension that an account used and was not told of before the tenant became another. */
export interface Owed {
  readonly account: string;
  readonly dimension: string;
  readonly quantity: string;
}

/**
 * What the Marketplace has been told of one tenant under one account and license, and under the licenses of that account which this one
 * renews: one count goes on over all of them, so that what one still waits with, and a month that is told under two, come out right. Numbers
 * that may be large are decimal text.
 */
export interface MarketplaceState {
  /** Grows with each change. */
  readonly revision: number;
  /** Grows with each link of the tenant: the greatest is that of the newest. */
  readonly link: number;
  /** The buyer's AWS account, 12 digits. */
  readonly account: string;
  readonly license: string;
  /** The first hour that is told under this link, and that a record may have. */
  readonly from: string;
  /** The newest hour that is counted below; empty: none that this link brought. */
  readonly to: string;
  /** Hours that were counted under the links before; what comes to them late is told under this one. */
  readonly before: readonly HourRange[];
  /** What each dimension counts, in words, since a number below means nothing under another; and the first month that it counts of. */
  readonly meanings: Readonly<Record<string, { readonly counts: string; readonly from: string }>>;
  /** What was used, exact: units, or amounts in 10^-12 of the currency. */
  readonly usage: MonthSums;
  /** Sums of all records ever planned in hours of the month, without those that were taken out again. */
  readonly planned: MonthSums;
  /** What of that counted already when this link began. */
  readonly carried: MonthSums;
  /** Those of this license whose hours the Marketplace may still take: no hour is planned twice. */
  readonly records: readonly PlannedRecord[];
  /** What is to be charged by hand, kept until a row of the outbox shows it: what other accounts were not told of. */
  readonly owed: readonly Owed[];
  /** The same: records that were never answered, in words. */
  readonly unanswered: readonly string[];
}

/** Before anything was told. */
export const emptyState = ({
  account,
  license,
  from,
}: Pick<MarketplaceState, 'account' | 'license' | 'from'>): MarketplaceState => ({
  revision: 0,
  link: 1,
  account,
  license,
  from,
  to: '',
  before: [],
  meanings: {},
  usage: {},
  planned: {},
  carried: {},
  records: [],
  owed: [],
  unanswered: [],
});

/** All hours that a state counts, or did under the links before. */
export const countedHours = ({ before, from, to }: MarketplaceState): readonly HourRange[] =>
  to === '' ? before : [...before, { from, to }];

/** Whether an hour is counted: it is one of this link, or was counted under those before. */
export const isCounted = (state: MarketplaceState, hour: string): boolean =>
  hour >= state.from || state.before.some(({ from, to }) => hour >= from && hour <= to);
