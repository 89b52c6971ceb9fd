import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Blob } from './blob.ts';
import type { ListedObject } from './listed-object.ts';
import type { StoredObject } from './stored-object.ts';

/**
 * The objects of all buckets. Every method is synchronous: a caller that looks and then writes in one go, without an `await` between, sees
 * no other writer in between. That makes conditional writes exact.
 */
export class ObjectTable {
  readonly #find: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #from: StatementSync;
  readonly #blobs: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?');
    this.#put = database.prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.#delete = database.prepare('DELETE FROM objects WHERE bucket = ? AND key = ?');
    this.#from = database.prepare(
      `SELECT key, etag, size_bytes, modified_at_ms, checksum FROM objects
       WHERE bucket = ? AND key >= ? AND (? IS NULL OR key < ?) ORDER BY key`,
    );
    this.#blobs = database.prepare("SELECT blob.value ->> 'id' AS id FROM objects, json_each(objects.blobs) AS blob");
  }

  find(bucket: string, key: string): StoredObject | undefined {
    const row = this.#find.get(bucket, Buffer.from(key));
    if (row === undefined) return undefined;
    return {
      etag: String(row['etag']),
      sizeBytes: Number(row['size_bytes']),
      modifiedAtMs: Number(row['modified_at_ms']),
      checksum: JSON.parse(String(row['checksum'])) as StoredObject['checksum'],
      attributes: JSON.parse(String(row['attributes'])) as StoredObject['attributes'],
      blobs: JSON.parse(String(row['blobs'])) as StoredObject['blobs'],
    };
  }

  /** @returns the content that it replaces, now unnamed */
  put(bucket: string, key: string, object: StoredObject): readonly Blob[] {
    const replaced = this.find(bucket, key)?.blobs ?? [];
    this.#put.run(
      bucket,
      Buffer.from(key),
      object.etag,
      object.sizeBytes,
      object.modifiedAtMs,
      JSON.stringify(object.checksum),
      JSON.stringify(object.attributes),
      JSON.stringify(object.blobs),
    );
    return replaced;
  }

  /** @returns its content, now unnamed */
  delete(bucket: string, key: string): readonly Blob[] {
    const deleted = this.find(bucket, key)?.blobs ?? [];
    this.#delete.run(bucket, Buffer.from(key));
    return deleted;
  }

  /** The objects with `from <= key < end` in the order of their keys' bytes, read as they are asked for. */
  *from(bucket: string, from: Uint8Array, end: Uint8Array | null): Generator<ListedObject, void> {
    for (const row of this.#from.iterate(bucket, from, end, end)) {
      yield {
        key: Buffer.from(row['key'] as Uint8Array),
        etag: String(row['etag']),
        sizeBytes: Number(row['size_bytes']),
        modifiedAtMs: Number(row['modified_at_ms']),
        checksum: JSON.parse(String(row['checksum'])) as StoredObject['checksum'],
      };
    }
  }

  /** Every content file that an object needs. */
  blobIds(): string[] {
    return this.#blobs.all().map((row) => String(row['id']));
  }
}
