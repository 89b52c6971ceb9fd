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

/**
 * What the Marketplace has been told of one tenant under one license, and under those that it renews: one count goes on over all of them, so
 * that what one still waits with, and a month that is told under two, come out right. Numbers that may be large are decimal text.
 */
export interface MarketplaceState {
  /** Grows with each change. */
  readonly revision: number;
  /** Grows with each link of the tenant: the greatest is the one that goes on. */
  readonly link: number;
  /** The buyer's AWS account, 12 digits. */
  readonly account: string;
  /** The first hour that is told under this link, and that a record may have. */
  readonly from: string;
  /** The newest hour that is counted below; empty: none that this link brought. */
  readonly to: string;
  /** Hours that were told under the links before; what comes to them late is told under this one. */
  readonly before: readonly HourRange[];
  /** What each dimension counts, in words, since a number below means nothing under another; and the first month that it counts of. */
  readonly meanings: Readonly<Record<string, { readonly counts: string; readonly from: string }>>;
  /** What was used, exact: units, or amounts in 10^-12 of the currency. */
  readonly usage: MonthSums;
  /** Sums of all records ever planned in hours of the month, without those that were taken out again. */
  readonly planned: MonthSums;
  /** Those of this license whose hours the Marketplace may still take: no hour is planned twice. */
  readonly records: readonly PlannedRecord[];
}

/** Before anything was told. */
export const emptyState = ({ account, from }: Pick<MarketplaceState, 'account' | 'from'>): MarketplaceState => ({
  revision: 0,
  link: 1,
  account,
  from,
  to: '',
  before: [],
  meanings: {},
  usage: {},
  planned: {},
  records: [],
});

/** All hours that a state has been told of. */
export const toldHours = ({ before, from, to }: MarketplaceState): readonly HourRange[] =>
  to === '' ? before : [...before, { from, to }];

/** Whether an hour is one of them. */
export const wasTold = (state: MarketplaceState, hour: string): boolean =>
  toldHours(state).some(({ from, to }) => hour >= from && hour <= to);

/** Whether an hour is counted: it is one of this link, or was told under those before. */
export const isCounted = (state: MarketplaceState, hour: string): boolean => hour >= state.from || wasTold(state, hour);
