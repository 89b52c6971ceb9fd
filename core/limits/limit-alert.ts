import type { LimitUnit } from './limits.ts';

/** Percentages of a monthly quota at which somebody should know. */
export const alertPercents = [50, 80, 100] as const;

/** A monthly quota of which so much is used. There is one for each threshold and month. */
export interface LimitAlert {
  readonly tenant: string;
  /** `2026-11` */
  readonly month: string;
  readonly unit: LimitUnit;
  readonly percent: (typeof alertPercents)[number];
  readonly limit: number;
  readonly used: number;
}
