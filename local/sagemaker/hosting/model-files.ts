import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadObject, S3Objects, S3Place } from '../../s3/objects-of.ts';
import type { ArchiveLimits } from '../archive/archive-limits.ts';
import { unpackArchive } from '../archive/unpack-archive.ts';

/** Models that no start has asked for in so long are removed. */
const keptMs = 7 * 24 * 60 * 60 * 1000;
const unfinished = '.new';

/**
 * Unpacked archives on disk, `<folder>/<hash>/model`, the hash being that of the object's ETag and size: who asks again for the same
 * object, be it after a restart, gets the same folder. It appears complete or not at all.
 */
export class ModelFiles {
  readonly #folder: string;
  readonly #limits: ArchiveLimits;
  readonly #pending = new Map<string, Promise<string>>();

  private constructor(folder: string, limits: ArchiveLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** Opens the folder and removes what a crash left unfinished and what has long been out of use. */
  static async open(folder: string, limits: ArchiveLimits): Promise<ModelFiles> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const isOld = name.endsWith(unfinished) || Date.now() - (await stat(path)).mtimeMs > keptMs;
      if (isOld) await rm(path, { recursive: true, force: true });
    }
    return new ModelFiles(folder, limits);
  }

  get folder(): string {
    return this.#folder;
  }

  /**
   * The folder of an archive in S3, unpacked.
   * @throws AwsError for what S3 refuses, ArchiveError
   */
  async unpacked(objects: S3Objects, place: S3Place): Promise<string> {
    // Asked each time: whether the role may read it is no matter of what lies on this disk.
    const object = await objects.get(place);
    const hash = createHash('sha256').update(`${object.etag} ${object.sizeBytes}`).digest('hex').slice(0, 40);
    const path = join(this.#folder, hash);
    const pending = this.#pending.get(hash);
    if (pending !== undefined || existsSync(path)) {
      await object.release();
      if (pending !== undefined) return pending;
      await utimes(path, new Date(), new Date());
      return join(path, 'model');
    }
    const unpacking = this.#unpack(object, path).finally(() => this.#pending.delete(hash));
    this.#pending.set(hash, unpacking);
    return unpacking;
  }

  async #unpack(object: ReadObject, path: string): Promise<string> {
    const growing = `${path}.${randomUUID()}${unfinished}`;
    try {
      await mkdir(growing, { mode: 0o700 });
      await unpackArchive(object.content, join(growing, 'model'), this.#limits);
      await rename(growing, path);
      return join(path, 'model');
    } finally {
      await object.release();
      await rm(growing, { recursive: true, force: true });
    }
  }
}
