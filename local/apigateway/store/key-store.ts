import type { DatabaseSync } from 'node:sqlite';
import type { ApiKey } from './api-key.ts';

/** API keys and the plans that they are in: on disk, and in memory for the requests. */
export class KeyStore {
  readonly #database: DatabaseSync;
  readonly #byId = new Map<string, ApiKey>();
  readonly #byValue = new Map<string, ApiKey>();
  readonly #plansOf = new Map<string, Set<string>>();

  constructor(database: DatabaseSync) {
    this.#database = database;
    for (const row of database.prepare('SELECT * FROM api_key').all()) this.#remember(keyOf(row));
    for (const { plan_id, key_id } of database.prepare('SELECT plan_id, key_id FROM usage_plan_key').all()) {
      this.plansOf(key_id as string).add(plan_id as string);
    }
  }

  get count(): number {
    return this.#byId.size;
  }

  get(id: string): ApiKey | undefined {
    return this.#byId.get(id);
  }

  withValue(value: string): ApiKey | undefined {
    return this.#byValue.get(value);
  }

  /** Every key, in the order of ids. */
  list(): ApiKey[] {
    return [...this.#byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Adds a key, or replaces the one with its id. */
  put(key: ApiKey): void {
    this.#database
      .prepare(
        `INSERT INTO api_key (id, value, name, description, customer_id, enabled, created_ms, updated_ms, tags)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET value = excluded.value, name = excluded.name, description = excluded.description,
           customer_id = excluded.customer_id, enabled = excluded.enabled, updated_ms = excluded.updated_ms, tags = excluded.tags`,
      )
      .run(
        key.id,
        key.value,
        key.name ?? null,
        key.description ?? null,
        key.customerId ?? null,
        key.enabled ? 1 : 0,
        key.createdMs,
        key.updatedMs,
        JSON.stringify(key.tags),
      );
    this.#remember(key);
  }

  /** Forgets a key, its plans and its counters; the key itself last, so that whatever is interrupted can be done again. */
  delete({ id, value }: ApiKey): void {
    this.#database.prepare('DELETE FROM usage_plan_key WHERE key_id = ?').run(id);
    this.#database.prepare('DELETE FROM usage WHERE key_id = ?').run(id);
    this.#database.prepare('DELETE FROM api_key WHERE id = ?').run(id);
    this.#byId.delete(id);
    this.#byValue.delete(value);
    this.#plansOf.delete(id);
  }

  /** The ids of the plans that a key is in. */
  plansOf(keyId: string): Set<string> {
    const known = this.#plansOf.get(keyId) ?? new Set<string>();
    this.#plansOf.set(keyId, known);
    return known;
  }

  addToPlan(planId: string, keyId: string): void {
    this.#database.prepare('INSERT OR IGNORE INTO usage_plan_key (plan_id, key_id) VALUES (?, ?)').run(planId, keyId);
    this.plansOf(keyId).add(planId);
  }

  removeFromPlan(planId: string, keyId: string): void {
    this.#database.prepare('DELETE FROM usage_plan_key WHERE plan_id = ? AND key_id = ?').run(planId, keyId);
    this.plansOf(keyId).delete(planId);
  }

  #remember(key: ApiKey): void {
    const before = this.#byId.get(key.id);
    if (before !== undefined) this.#byValue.delete(before.value);
    this.#byId.set(key.id, key);
    this.#byValue.set(key.value, key);
  }
}

const keyOf = (row: Record<string, unknown>): ApiKey => ({
  id: row['id'] as string,
  value: row['value'] as string,
  name: (row['name'] as string | null) ?? undefined,
  description: (row['description'] as string | null) ?? undefined,
  customerId: (row['customer_id'] as string | null) ?? undefined,
  enabled: row['enabled'] === 1,
  createdMs: row['created_ms'] as number,
  updatedMs: row['updated_ms'] as number,
  tags: JSON.parse(row['tags'] as string) as Record<string, string>,
});
