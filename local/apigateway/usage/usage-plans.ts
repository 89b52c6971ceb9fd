import type { Route } from '../definition/route.ts';
import type { Stage } from '../definition/stage.ts';
import { GatewayFault } from '../response/gateway-fault.ts';
import type { ApiKey } from '../store/api-key.ts';
import type { KeyStore } from '../store/key-store.ts';
import type { UsageStore } from '../store/usage-store.ts';
import { periodStart, quotaDay } from './quota-day.ts';
import { Throttle } from './throttle.ts';
import type { ThrottleLimits, UsagePlan } from './usage-plan.ts';

/**
 * Lets the holders of API keys through at the pace and up to the quota of their plan. Buckets live in memory and are full after a
 * restart; quotas are on disk.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export class UsagePlans {
  readonly #keys: KeyStore;
  readonly #usage: UsageStore;
  readonly #now: () => number;
  readonly #plans = new Map<string, UsagePlan>();
  /** By plan, key and, for the limits of single methods, `/path/METHOD`. */
  readonly #throttles = new Map<string, Throttle>();
  /** The running period of each plan and key that has a quota. */
  readonly #running = new Map<string, { start: string; used: number; limit: number }>();

  constructor(keys: KeyStore, usage: UsageStore, now: () => number) {
    this.#keys = keys;
    this.#usage = usage;
    this.#now = now;
  }

  add(plan: UsagePlan): void {
    this.#plans.set(plan.id, plan);
  }

  get(id: string): UsagePlan | undefined {
    return this.#plans.get(id);
  }

  /** Every plan, in the order of ids. */
  list(): UsagePlan[] {
    return [...this.#plans.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /**
   * Counts one request of a key.
   * @param value the key's value; undefined when the caller has none
   * @throws GatewayFault INVALID_API_KEY, THROTTLED or QUOTA_EXCEEDED
   */
  admit(stage: Stage, route: Route, value: string | undefined): ApiKey {
    const key = value === undefined ? undefined : this.#keys.withValue(value);
    if (key === undefined || !key.enabled) throw new GatewayFault('INVALID_API_KEY');
    for (const planId of this.#keys.plansOf(key.id)) {
      const plan = this.#plans.get(planId);
      const opened = plan?.stages.find(({ apiId, stage: name }) => apiId === stage.apiId && name === stage.name);
      if (plan === undefined || opened === undefined) continue;
      const method = `${route.resourcePath}/${route.httpMethod}`;
      this.#throttle(`${planId} ${key.id} ${method}`, opened.methods.get(method));
      this.#throttle(`${planId} ${key.id}`, plan.throttle);
      this.#countQuota(plan, key.id);
      return key;
    }
    throw new GatewayFault('INVALID_API_KEY');
  }

  /** Sets what a key may still call in the running period of a plan with a quota. */
  grant(planId: string, keyId: string, remaining: number): void {
    const quota = this.#plans.get(planId)?.quota;
    if (quota === undefined) throw new Error(`the usage plan ${planId} has no quota`);
    const now = this.#now();
    const start = periodStart(quota.period, now);
    this.#usage.grant(planId, keyId, start, this.#usage.sum(planId, keyId, start, quotaDay(now)) + remaining);
    this.#running.delete(`${planId} ${keyId}`);
  }

  /** What a key could still call at the end of a day, in the period that the day is in; 0 without a quota. */
  remaining({ id, quota }: UsagePlan, keyId: string, epochMs: number): number {
    if (quota === undefined) return 0;
    const start = periodStart(quota.period, epochMs);
    const used = this.#usage.sum(id, keyId, start, quotaDay(epochMs));
    return Math.max(0, (this.#usage.granted(id, keyId, start) ?? quota.limit) - used);
  }

  #throttle(name: string, limits: ThrottleLimits | undefined): void {
    if (limits === undefined) return;
    const throttle = this.#throttles.get(name) ?? new Throttle(limits.rate, limits.burst);
    this.#throttles.set(name, throttle);
    if (!throttle.tryTake()) throw new GatewayFault('THROTTLED');
  }

  #countQuota({ id, quota }: UsagePlan, keyId: string): void {
    const now = this.#now();
    const day = quotaDay(now);
    if (quota !== undefined) {
      const start = periodStart(quota.period, now);
      const name = `${id} ${keyId}`;
      let running = this.#running.get(name);
      if (running?.start !== start) {
        running = {
          start,
          used: this.#usage.sum(id, keyId, start, day),
          limit: this.#usage.granted(id, keyId, start) ?? quota.limit,
        };
        this.#running.set(name, running);
      }
      if (running.used >= running.limit) throw new GatewayFault('QUOTA_EXCEEDED');
      running.used += 1;
    }
    this.#usage.count(id, keyId, day);
  }
}
