import type { LimitUnit } from './limits.ts';
import type { Month } from './month.ts';
import type { SpendLimit } from './spend/spend-limit.ts';

/** One limit as a client is told of it: a quota policy of the RateLimit header fields. */
export interface Policy {
  /** `images-per-month`, `tokens-per-minute`, `concurrent-requests`, `spend-limit`: also what a refusal is named by. */
  readonly name: string;
  readonly quota: number;
  /** What is counted, as `qu` has it. */
  readonly unit: LimitUnit | 'concurrent-requests' | `${string}-minor-units`;
  readonly windowSeconds?: number;
}

/** The policies that limits are. */
export const policyOf = {
  month: (unit: LimitUnit, quota: number, { startMs, endMs }: Month): Policy => ({
    name: `${unit}-per-month`,
    quota,
    unit,
    windowSeconds: (endMs - startMs) / 1000,
  }),
  minute: (unit: LimitUnit, quota: number): Policy => ({ name: `${unit}-per-minute`, quota, unit, windowSeconds: 60 }),
  /** Quotas are integers, so money is told in its minor units: `eur-minor-units` are cents. */
  spend: ({ currency, minor }: SpendLimit, { startMs, endMs }: Month): Policy => ({
    name: 'spend-limit',
    quota: minor,
    unit: `${currency.toLowerCase()}-minor-units`,
    windowSeconds: (endMs - startMs) / 1000,
  }),
  concurrent: (quota: number): Policy => ({ name: 'concurrent-requests', quota, unit: 'concurrent-requests' }),
};
