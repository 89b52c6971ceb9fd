import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** How many requests a key made in a plan on one day. */
export interface DailyUsage {
  readonly keyId: string;
  readonly day: string;
  readonly used: number;
}

/** The counters behind quotas and `GetUsage`, by plan, key and day (UTC). */
export class UsageStore {
  readonly #count: StatementSync;
  readonly #sum: StatementSync;
  readonly #days: StatementSync;
  readonly #grant: StatementSync;
  readonly #granted: StatementSync;

  constructor(database: DatabaseSync) {
    this.#count = database.prepare(
      `INSERT INTO usage (plan_id, key_id, day, used) VALUES (?, ?, ?, 1)
       ON CONFLICT (plan_id, key_id, day) DO UPDATE SET used = used + 1`,
    );
    this.#sum = database.prepare(
      'SELECT COALESCE(SUM(used), 0) AS used FROM usage WHERE plan_id = ? AND key_id = ? AND day >= ? AND day <= ?',
    );
    this.#days = database.prepare(
      'SELECT key_id, day, used FROM usage WHERE plan_id = ? AND day >= ? AND day <= ? ORDER BY key_id, day',
    );
    this.#grant = database.prepare(
      `INSERT INTO usage_grant (plan_id, key_id, period_start, quota) VALUES (?, ?, ?, ?)
       ON CONFLICT (plan_id, key_id, period_start) DO UPDATE SET quota = excluded.quota`,
    );
    this.#granted = database.prepare(
      'SELECT quota FROM usage_grant WHERE plan_id = ? AND key_id = ? AND period_start = ?',
    );
  }

  /** Counts one request. */
  count(planId: string, keyId: string, day: string): void {
    this.#count.run(planId, keyId, day);
  }

  /** Both days included. */
  sum(planId: string, keyId: string, firstDay: string, lastDay: string): number {
    return this.#sum.get(planId, keyId, firstDay, lastDay)?.['used'] as number;
  }

  /** Gives a key a quota of its own for the period that starts on this day. */
  grant(planId: string, keyId: string, periodStart: string, quota: number): void {
    this.#grant.run(planId, keyId, periodStart, quota);
  }

  /** The key's own quota in the period that starts on this day, if it was given one. */
  granted(planId: string, keyId: string, periodStart: string): number | undefined {
    return this.#granted.get(planId, keyId, periodStart)?.['quota'] as number | undefined;
  }

  /** Every key's days with requests, both ends included. */
  days(planId: string, firstDay: string, lastDay: string): DailyUsage[] {
    return this.#days.all(planId, firstDay, lastDay).map((row) => ({
      keyId: row['key_id'] as string,
      day: row['day'] as string,
      used: row['used'] as number,
    }));
  }
}
