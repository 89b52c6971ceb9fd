import { InvalidInputError } from '../api/maas-error.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Initiator } from '../audit/initiator.ts';
import type { UsageRange } from '../metering/usage-range.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { PlanLimits } from './cached-limits.ts';
import type { DynamoDBLimitOverrides } from './dynamodb-limit-overrides.ts';
import type { DynamoDBMonths } from './dynamodb-months.ts';
import { effectiveLimits } from './effective-limits.ts';
import type { LimitOverrides } from './limit-overrides.ts';
import { type LimitedUnits, limitUnits } from './limits.ts';
import type { LimitsView } from './limits-view.ts';
import { monthOf } from './month.ts';

type Owner = Pick<Tenant, 'tenant' | 'plan' | 'createdAt' | 'shards'>;

interface Dependencies {
  readonly overrides: DynamoDBLimitOverrides;
  readonly months: DynamoDBMonths;
  readonly plans: PlanLimits;
  /** What was used from one moment up to another, by journal and rollups. */
  readonly usage: (owner: Owner, range: UsageRange, remainingMs: () => number) => Promise<LimitedUnits>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly now: () => Date;
}

/**
 * Shows and sets the limits of single tenants. A change holds everywhere within a minute. With it the month is counted anew by the journal,
 * since what was used while nothing was limited nobody has counted.
 */
export class TenantLimits {
  readonly #with: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#with = dependencies;
  }

  /** The limits that hold, and what is used of them: by the counter that decides, else by the journal. */
  async show(owner: Owner, remainingMs: () => number): Promise<LimitsView> {
    const { overrides, plans, months, usage, now } = this.#with;
    const limits = effectiveLimits(plans[owner.plan] ?? {}, await overrides.find(owner.tenant, true));
    const month = monthOf(now());
    const counted = limits.perMonth !== undefined || limits.concurrent !== undefined;
    const state = counted ? await months.read(owner.tenant, month) : undefined;
    const used =
      limits.perMonth === undefined
        ? undefined
        : (state?.used ??
          (await usage(owner, { from: new Date(month.startMs), to: new Date(month.endMs) }, remainingMs)));
    const perMonth = Object.fromEntries(
      limitUnits.flatMap((unit) => {
        const limit = limits.perMonth?.[unit];
        return limit === undefined ? [] : [[unit, { limit, used: used?.[unit] ?? 0 }]];
      }),
    );
    const { concurrent } = limits;
    return {
      month: month.name,
      renewedAt: new Date(month.endMs).toISOString(),
      perMonth,
      perMinute: limits.perMinute ?? {},
      ...(concurrent === undefined ? {} : { concurrent: { limit: concurrent, running: state?.running ?? 0 } }),
      alerts: state?.alerts ?? [],
    };
  }

  /** What operators have set for the tenant. */
  overrides(tenant: string): Promise<LimitOverrides> {
    return this.#with.overrides.find(tenant, true);
  }

  /**
   * Sets some limits; those that the change does not name stay as they are.
   *
   * @throws InvalidInputError when it names none
   */
  async set(owner: Owner, change: LimitOverrides, by: Initiator, remainingMs: () => number): Promise<void> {
    const named = { ...change.perMonth, ...change.perMinute, concurrent: change.concurrent };
    if (Object.values(named).every((limit) => limit === undefined)) {
      throw new InvalidInputError('name at least one limit, as in {"perMonth": {"images": 1000}, "concurrent": null}');
    }
    const before = await this.overrides(owner.tenant);
    const after: LimitOverrides = {
      perMonth: { ...before.perMonth, ...change.perMonth },
      perMinute: { ...before.perMinute, ...change.perMinute },
      concurrent: change.concurrent === undefined ? before.concurrent : change.concurrent,
    };
    await this.#replace(owner, 'limits.set', [before, after], by, remainingMs);
  }

  /** Takes back all that was set: the plan's limits hold again. */
  async clear(owner: Owner, by: Initiator, remainingMs: () => number): Promise<void> {
    const before = await this.overrides(owner.tenant);
    await this.#replace(owner, 'limits.clear', [before, {}], by, remainingMs);
  }

  /**
   * Counts this month anew by journal and rollups. To be called when a tenant's limits change in another way, as with its plan, and when
   * counter and journal differ, as after a use was voided. Exact but for the requests that end at this very moment.
   *
   * @throws TooLargeError when there is more to add up than there is time for
   */
  async recount(owner: Owner, remainingMs: () => number): Promise<void> {
    const { months, overrides, plans, usage, now } = this.#with;
    const { tenant, plan } = owner;
    const { perMonth, concurrent } = effectiveLimits(plans[plan] ?? {}, await overrides.find(tenant, true));
    if (perMonth === undefined && concurrent === undefined) return;
    const [month, from] = [monthOf(now()), now()];
    await months.restart(tenant, month, await usage(owner, { from: new Date(month.startMs), to: from }, remainingMs));
    // What ended while that was being added up, also by clocks that are ahead.
    await months.add(tenant, month, await usage(owner, { from, to: new Date(month.endMs) }, remainingMs));
  }

  async #replace(
    owner: Owner,
    action: string,
    [before, after]: readonly [LimitOverrides, LimitOverrides],
    by: Initiator,
    remainingMs: () => number,
  ): Promise<void> {
    const { overrides, audit } = this.#with;
    const { tenant } = owner;
    await audit.record(by, { action, tenant, subject: 'limits', before: { ...before }, after: { ...after } });
    await overrides.set(tenant, after);
    await this.recount(owner, remainingMs);
  }
}
