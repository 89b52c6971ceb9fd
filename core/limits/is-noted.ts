import type { LimitAlert } from './limit-alert.ts';
import type { MonthState } from './month-state.ts';

/** Whether it was noted that this threshold of this limit was crossed. */
export const isNoted = ({ unit, percent, limit }: LimitAlert, alerts: MonthState['alerts']): boolean =>
  alerts.some((noted) => noted.unit === unit && noted.percent === percent && noted.limit === String(limit));
