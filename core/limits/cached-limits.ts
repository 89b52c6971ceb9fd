import type { TenantCaller } from '../api/api-request.ts';
import type { DynamoDBLimitOverrides } from './dynamodb-limit-overrides.ts';
import { effectiveLimits } from './effective-limits.ts';
import type { LimitOverrides } from './limit-overrides.ts';
import type { Limits } from './limits.ts';

/** How long a tenant's limits may still be the old ones. */
const ageMsMax = 60_000;
/** Tenants remembered at once. */
const keptMax = 1000;

interface Kept {
  readonly overrides: Promise<LimitOverrides>;
  readonly untilMs: number;
}

/** The limits of each plan, by its name; a plan that is not named has none. */
export type PlanLimits = Readonly<Record<string, Limits>>;

/** Which limits a tenant has: one read of one item for each tenant, process and minute. */
export class CachedLimits {
  readonly #overrides: Pick<DynamoDBLimitOverrides, 'find'>;
  readonly #plans: PlanLimits;
  readonly #monotonicMs: () => number;
  readonly #kept = new Map<string, Kept>();

  /** @param monotonicMs milliseconds of a clock that never goes back */
  constructor(overrides: Pick<DynamoDBLimitOverrides, 'find'>, plans: PlanLimits, monotonicMs: () => number) {
    this.#overrides = overrides;
    this.#plans = plans;
    this.#monotonicMs = monotonicMs;
  }

  /** Rejects when they cannot be read: then nobody knows what the tenant may do. */
  async of({ tenant, plan }: Pick<TenantCaller, 'tenant' | 'plan'>): Promise<Limits> {
    const own = await this.#own(tenant);
    return effectiveLimits(Object.hasOwn(this.#plans, plan) ? (this.#plans[plan] ?? {}) : {}, own);
  }

  #own(tenant: string): Promise<LimitOverrides> {
    const kept = this.#kept.get(tenant);
    if (kept !== undefined && this.#monotonicMs() < kept.untilMs) return kept.overrides;
    const overrides = this.#overrides.find(tenant);
    // Deleted first, so that the map stays in the order of age and its first entry is the one to give up.
    this.#kept.delete(tenant);
    this.#kept.set(tenant, { overrides, untilMs: this.#monotonicMs() + ageMsMax });
    if (this.#kept.size > keptMax) {
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest);
        break;
      }
    }
    overrides.catch(() => {
      if (this.#kept.get(tenant)?.overrides === overrides) this.#kept.delete(tenant);
    });
    return overrides;
  }
}
