import type { LimitUnit } from './limits.ts';

/** Percentages of a monthly quota or a spend limit at which somebody should know. */
export const alertPercents = [50, 80, 100] as const;

/** A monthly quota, or the spend limit, of which so much is used. There is one for each threshold and month. */
export interface LimitAlert {
  readonly tenant: string;
  /** `2026-11` */
  readonly month: string;
  readonly unit: LimitUnit | 'spend';
  readonly percent: (typeof alertPercents)[number];
  /** Units, or an amount of money as decimal text. */
  readonly limit: number | string;
  readonly used: number | string;
  /** Of the spend limit: ISO 4217. */
  readonly currency?: string;
}
