import { ConflictError, InvalidInputError } from '../api/maas-error.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Initiator } from '../audit/initiator.ts';
import { Currency } from '../billing/money/currency.ts';
import { positiveAmount } from '../billing/money/positive-amount.ts';
import type { PublishedPriceBook } from '../billing/price-book/published-price-book.ts';
import type { UsageRange } from '../metering/usage-range.ts';
import type { Tenant } from '../tenancy/tenant.ts';
import type { PlanLimits } from './cached-limits.ts';
import type { DynamoDBLimitOverrides } from './dynamodb-limit-overrides.ts';
import type { DynamoDBMonths } from './dynamodb-months.ts';
import { effectiveLimits } from './effective-limits.ts';
import type { LimitOverrides } from './limit-overrides.ts';
import { type Limits, limitUnits } from './limits.ts';
import type { LimitsView } from './limits-view.ts';
import { monthOf } from './month.ts';
import type { MonthCounts } from './month-counts.ts';
import type { MonthRating } from './spend/month-rating.ts';
import type { SpendLimit } from './spend/spend-limit.ts';
import { ratingOf } from './spend/spending.ts';
import { UnknownPriceBookError } from './spend/unknown-price-book.ts';

type Owner = Pick<Tenant, 'tenant' | 'plan' | 'createdAt' | 'shards'>;

/** What an operator wants to be otherwise. */
export interface LimitChange extends Omit<LimitOverrides, 'spend'> {
  /** Decimal text in the currency of the price books; null lifts it. */
  readonly spend?: string | null | undefined;
}

interface Dependencies {
  readonly overrides: DynamoDBLimitOverrides;
  readonly months: DynamoDBMonths;
  readonly plans: PlanLimits;
  /** What was used in an interval by journal and rollups, by price too if asked. */
  readonly count: (
    owner: Owner,
    range: UsageRange,
    rating: MonthRating | undefined,
    remainingMs: () => number,
  ) => Promise<MonthCounts>;
  readonly books: { all(): Promise<readonly PublishedPriceBook[]> };
  readonly audit: Pick<AuditLog, 'record'>;
  readonly now: () => Date;
  /** A new id, unlike any other. */
  readonly newId: () => string;
}

/** How long it takes to write what was counted, with room to spare. */
const writeMsMax = 30_000;

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
    const { months, now } = this.#with;
    const limits = await this.#limitsOf(owner);
    const { perMonth: quotas, perMinute = {}, concurrent, spend } = limits;
    const month = monthOf(now());
    const state = isCounted(limits) ? await months.read(owner.tenant, month) : undefined;
    const counted =
      (quotas === undefined || state !== undefined) && (spend === undefined || state?.spending !== undefined);
    const range = { from: new Date(month.startMs), to: new Date(month.endMs) };
    const counts = counted ? undefined : await this.#count(owner, range, limits, remainingMs);
    // Last, so that every book is there that was used by.
    const rating = await this.#ratingOf(owner, limits);
    const used = state?.used ?? counts?.units;
    const prices = state?.spending?.prices ?? counts?.prices ?? new Map<string, number>();
    const spendText = spend === undefined ? undefined : rating?.currency.text(BigInt(spend.minor));
    const perMonth = Object.fromEntries(
      limitUnits.flatMap((unit) => {
        const limit = quotas?.[unit];
        return limit === undefined ? [] : [[unit, { limit, used: used?.[unit] ?? 0 }]];
      }),
    );
    return {
      month: month.name,
      renewedAt: new Date(month.endMs).toISOString(),
      perMonth,
      perMinute,
      ...(concurrent === undefined ? {} : { concurrent: { limit: concurrent, running: state?.running ?? 0 } }),
      ...(spend === undefined || rating === undefined
        ? {}
        : {
            spend: {
              limit: rating.currency.text(BigInt(spend.minor)),
              used: rating.currency.text(rating.spent(prices)),
              currency: spend.currency,
            },
          }),
      alerts: (state?.alerts ?? [])
        .filter(({ unit, limit }) => limit === (unit === 'spend' ? spendText : String(quotas?.[unit])))
        .map(({ unit, percent, at }) => ({ unit, percent, at })),
    };
  }

  /** What operators have set for the tenant. */
  overrides(tenant: string): Promise<LimitOverrides> {
    return this.#with.overrides.find(tenant, true);
  }

  /**
   * Sets some limits; those that the change does not name stay as they are.
   *
   * @throws InvalidInputError when it names none, or an amount that is none of the currency
   * @throws ConflictError for a spend limit when there are no prices
   */
  async set(owner: Owner, change: LimitChange, by: Initiator, remainingMs: () => number): Promise<void> {
    const named = { ...change.perMonth, ...change.perMinute, concurrent: change.concurrent, spend: change.spend };
    if (Object.values(named).every((limit) => limit === undefined)) {
      throw new InvalidInputError('name at least one limit, as in {"perMonth": {"images": 1000}, "concurrent": null}');
    }
    const before = await this.overrides(owner.tenant);
    const spend = typeof change.spend === 'string' ? await this.#spendLimit(change.spend) : change.spend;
    const after: LimitOverrides = {
      perMonth: { ...before.perMonth, ...change.perMonth },
      perMinute: { ...before.perMinute, ...change.perMinute },
      concurrent: change.concurrent === undefined ? before.concurrent : change.concurrent,
      spend: spend === undefined ? before.spend : spend,
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
    const { months, now, newId } = this.#with;
    const { tenant } = owner;
    const limits = await this.#limitsOf(owner);
    if (!isCounted(limits)) return;
    const [month, from] = [monthOf(now()), now()];
    const before = await this.#count(owner, { from: new Date(month.startMs), to: from }, limits, remainingMs);
    await months.restart(tenant, month, before, now());
    // What ended while that was being added up, also by clocks that are ahead.
    const since = await this.#count(owner, { from, to: new Date(month.endMs) }, limits, remainingMs);
    await months.add(tenant, month, { id: newId(), untilMs: now().getTime() + writeMsMax }, since);
  }

  /** By all price books that the usage names: one that was published in between is found the second time. */
  async #count(owner: Owner, range: UsageRange, limits: Limits, remainingMs: () => number): Promise<MonthCounts> {
    const count = async (): Promise<MonthCounts> =>
      this.#with.count(owner, range, await this.#ratingOf(owner, limits), remainingMs);
    return count().catch((error: unknown) => {
      if (!(error instanceof UnknownPriceBookError)) throw error;
      return count();
    });
  }

  async #limitsOf({ tenant, plan }: Owner): Promise<Limits> {
    const { overrides, plans } = this.#with;
    return effectiveLimits(plans[plan] ?? {}, await overrides.find(tenant, true));
  }

  async #ratingOf({ plan }: Owner, { spend }: Limits): Promise<MonthRating | undefined> {
    const { books, now } = this.#with;
    return spend === undefined ? undefined : ratingOf(await books.all(), spend, plan, now());
  }

  async #spendLimit(amount: string): Promise<SpendLimit> {
    const [first] = await this.#with.books.all();
    if (first === undefined) {
      throw new ConflictError('no price book has been published, so nothing costs anything; publish one first');
    }
    const currency = new Currency(first.book.currency);
    return { currency: currency.code, minor: Number(positiveAmount(amount, currency)) };
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

/** Whether there is an item that counts. */
const isCounted = ({ perMonth, concurrent, spend }: Limits): boolean =>
  perMonth !== undefined || concurrent !== undefined || spend !== undefined;
