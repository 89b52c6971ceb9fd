import type { SpendLimit } from './spend/spend-limit.ts';

/** What a limit of ours can count: those units that are known before a model runs. */
export const limitUnits = ['requests', 'items', 'images', 'tokens'] as const;

export type LimitUnit = (typeof limitUnits)[number];

/** So many of a unit; a unit that is not there is not limited. */
export type UnitLimits = Partial<Readonly<Record<LimitUnit, number>>>;

/** The limits that hold exactly, on top of the gateway's usage plan. An empty one limits nothing and costs nothing. */
export interface Limits {
  /** In a calendar month, UTC. */
  readonly perMonth?: UnitLimits;
  /** Sustained; a minute's worth may come at once. */
  readonly perMinute?: UnitLimits;
  /** Requests that run at the same time. */
  readonly concurrent?: number;
  /** What the usage of a calendar month may cost. */
  readonly spend?: SpendLimit;
}

/** What a request asks of each unit; integers. */
export type LimitedUnits = Readonly<Record<LimitUnit, number>>;
