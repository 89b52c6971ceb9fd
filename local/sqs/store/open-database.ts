import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const schema = `
  CREATE TABLE IF NOT EXISTS queues (
    name TEXT PRIMARY KEY,
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    sender_id TEXT NOT NULL,
    group_id TEXT,
    trace_header TEXT,
    source_arn TEXT,
    sent_at_ms INTEGER NOT NULL,
    visible_at_ms INTEGER NOT NULL,
    received_at_ms INTEGER,
    first_received_at_ms INTEGER,
    receive_count INTEGER NOT NULL,
    receive_count_here INTEGER NOT NULL,
    receipt TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS by_visibility ON messages (queue, visible_at_ms, sequence);
  CREATE INDEX IF NOT EXISTS by_age ON messages (queue, sent_at_ms);
  CREATE INDEX IF NOT EXISTS by_receives ON messages (queue, receive_count_here) WHERE receive_count_here > 0;
`;

/**
 * Opens the queues' data, for this process alone. With FULL each commit is on the disk before it is answered, as a queue's durability is
 * what it is for: about a millisecond each, and a batch is one commit.
 */
export function openDatabase(dataDir: string): DatabaseSync {
  const folder = join(dataDir, 'sqs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(folder, 'sqs.sqlite'));
  database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${schema}`);
  return database;
}
