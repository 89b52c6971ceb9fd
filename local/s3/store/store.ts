import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { BlobFiles } from './blob-files.ts';
import { ObjectTable } from './object-table.ts';
import { openDatabase } from './open-database.ts';
import { UploadTable } from './upload-table.ts';

/** What S3 keeps on disk: `metadata.sqlite` names everything, `content/` holds the bytes. */
export class Store {
  readonly objects: ObjectTable;
  readonly uploads: UploadTable;
  readonly blobs: BlobFiles;
  readonly #database: DatabaseSync;

  /** Opens the folder, which one process may use at a time, and removes what a crash has left unfinished. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#database = openDatabase(join(folder, 'metadata.sqlite'));
    this.objects = new ObjectTable(this.#database);
    this.uploads = new UploadTable(this.#database);
    const named = new Set([...this.objects.blobIds(), ...this.uploads.blobIds()]);
    this.blobs = new BlobFiles(join(folder, 'content'), named);
  }

  /** When the bucket came to be: the first start that declared it. Epoch milliseconds. */
  bucketCreatedAtMs(name: string, nowMs: number): number {
    this.#database.prepare('INSERT OR IGNORE INTO buckets VALUES (?, ?)').run(name, nowMs);
    return Number(
      this.#database.prepare('SELECT created_at_ms FROM buckets WHERE name = ?').get(name)?.['created_at_ms'],
    );
  }

  /** Several changes that a crash must not part. */
  atomically<Result>(change: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = change();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}
