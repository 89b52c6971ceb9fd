import type { LimitUnit } from './limits.ts';
import type { SpendLimit } from './spend/spend-limit.ts';

export type UnitOverrides = Partial<Readonly<Record<LimitUnit, number | null | undefined>>>;

/** What an operator has set for one tenant: a number instead of its plan's, null for no limit where the plan has one. */
export interface LimitOverrides {
  readonly perMonth?: UnitOverrides | undefined;
  readonly perMinute?: UnitOverrides | undefined;
  readonly concurrent?: number | null | undefined;
  /** No plan has one: null is none. */
  readonly spend?: SpendLimit | null | undefined;
}
