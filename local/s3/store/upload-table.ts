import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Blob } from './blob.ts';
import type { MultipartUpload, UploadedPart } from './multipart-upload.ts';

/** Multipart uploads in progress and their parts. Synchronous, as `ObjectTable` is. */
export class UploadTable {
  readonly #create: StatementSync;
  readonly #find: StatementSync;
  readonly #delete: StatementSync;
  readonly #putPart: StatementSync;
  readonly #parts: StatementSync;
  readonly #blobs: StatementSync;

  constructor(database: DatabaseSync) {
    this.#create = database.prepare('INSERT INTO uploads VALUES (?, ?, ?, ?, ?)');
    this.#find = database.prepare('SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?');
    this.#delete = database.prepare('DELETE FROM uploads WHERE id = ?');
    this.#putPart = database.prepare('INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#parts = database.prepare('SELECT * FROM parts WHERE upload = ? AND number > ? ORDER BY number LIMIT ?');
    this.#blobs = database.prepare('SELECT blob FROM parts');
  }

  create(upload: MultipartUpload): void {
    const { id, bucket, key, checksum, attributes } = upload;
    this.#create.run(id, bucket, Buffer.from(key), JSON.stringify(checksum), JSON.stringify(attributes));
  }

  /** An upload id is good for its own bucket and key only. */
  find(id: string, bucket: string, key: string): MultipartUpload | undefined {
    const row = this.#find.get(id, bucket, Buffer.from(key));
    if (row === undefined) return undefined;
    return {
      id,
      bucket,
      key,
      checksum: JSON.parse(String(row['checksum'])) as MultipartUpload['checksum'],
      attributes: JSON.parse(String(row['attributes'])) as MultipartUpload['attributes'],
    };
  }

  /** Forgets an upload with its parts. @returns their contents, unnamed but for what a completed object has taken over */
  delete(id: string): readonly Blob[] {
    const blobs = this.parts(id).map((part) => part.blob);
    this.#delete.run(id);
    return blobs;
  }

  /** @returns the content of the part that it replaces, now unnamed */
  putPart(upload: string, part: UploadedPart): readonly Blob[] {
    const replaced = this.parts(upload, part.number - 1, 1).filter(({ number }) => number === part.number);
    const { number, etag, modifiedAtMs, checksums, blob } = part;
    this.#putPart.run(upload, number, etag, blob.sizeBytes, modifiedAtMs, JSON.stringify(checksums), blob.id);
    return replaced.map((old) => old.blob);
  }

  /** The parts after number `after`, in their order. */
  parts(upload: string, after = 0, limit = -1): UploadedPart[] {
    return this.#parts.all(upload, after, limit).map((row) => ({
      number: Number(row['number']),
      etag: String(row['etag']),
      modifiedAtMs: Number(row['modified_at_ms']),
      checksums: JSON.parse(String(row['checksums'])) as UploadedPart['checksums'],
      blob: { id: String(row['blob']), sizeBytes: Number(row['size_bytes']) },
    }));
  }

  /** Every content file that a part needs. */
  blobIds(): string[] {
    return this.#blobs.all().map((row) => String(row['blob']));
  }
}
