import type { LimitOverrides, UnitOverrides } from './limit-overrides.ts';
import { type Limits, type LimitUnit, limitUnits, type UnitLimits } from './limits.ts';

/** The limits that hold for a tenant: its own where an operator has set some, else its plan's. */
export function effectiveLimits(plan: Limits, own: LimitOverrides): Limits {
  const concurrent = own.concurrent === undefined ? plan.concurrent : own.concurrent;
  const perMonth = effectiveUnits(plan.perMonth, own.perMonth);
  const perMinute = effectiveUnits(plan.perMinute, own.perMinute);
  return {
    ...(perMonth === undefined ? {} : { perMonth }),
    ...(perMinute === undefined ? {} : { perMinute }),
    ...(typeof concurrent === 'number' ? { concurrent } : {}),
    ...(own.spend === undefined || own.spend === null ? {} : { spend: own.spend }),
  };
}

function effectiveUnits(plan: UnitLimits = {}, own: UnitOverrides = {}): UnitLimits | undefined {
  const limits: Partial<Record<LimitUnit, number>> = {};
  for (const unit of limitUnits) {
    const limit = own[unit] === undefined ? plan[unit] : own[unit];
    if (typeof limit === 'number') limits[unit] = limit;
  }
  return Object.keys(limits).length === 0 ? undefined : limits;
}
