import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const schema = `
  CREATE TABLE IF NOT EXISTS api_key (
    id TEXT PRIMARY KEY,
    value TEXT NOT NULL UNIQUE,
    name TEXT,
    description TEXT,
    customer_id TEXT,
    enabled INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL,
    tags TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS usage_plan_key (
    plan_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    PRIMARY KEY (plan_id, key_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS usage (
    plan_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    day TEXT NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (plan_id, key_id, day)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS usage_grant (
    plan_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    period_start TEXT NOT NULL,
    quota INTEGER NOT NULL,
    PRIMARY KEY (plan_id, key_id, period_start)
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Opens the gateway's data, for this process alone, which saves the locks around each write. With a write-ahead log and NORMAL, a write
 * costs microseconds and outlives the process however it ends; only a power cut may take the last ones, as AWS's own counters are best
 * effort too.
 */
export function openDatabase(dataDir: string): DatabaseSync {
  const folder = join(dataDir, 'apigateway');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(folder, 'apigateway.sqlite'));
  database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${schema}`);
  return database;
}
