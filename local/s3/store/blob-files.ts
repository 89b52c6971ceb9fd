import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Blob } from './blob.ts';
import type { HeldContent } from './held-content.ts';

const readChunkBytes = 256 * 1024;

/**
 * The contents of objects, one immutable file each under a random name: `<folder>/<first two digits>/<id>`.
 *
 * A file counts from the moment that the metadata names it. What a crash leaves without a name is removed at the next start, so neither
 * half an upload nor the content of an overwritten object stays behind.
 */
export class BlobFiles {
  readonly #folder: string;
  readonly #holds = new Map<string, number>();
  readonly #doomed = new Set<string>();

  /** Opens the folder and removes every file that `named` does not name. */
  constructor(folder: string, named: ReadonlySet<string>) {
    this.#folder = folder;
    for (let byte = 0; byte < 256; byte++) {
      const shelf = join(folder, byte.toString(16).padStart(2, '0'));
      mkdirSync(shelf, { recursive: true });
      for (const name of readdirSync(shelf)) if (!named.has(name)) rmSync(join(shelf, name), { recursive: true });
    }
  }

  /** Writes a file and brings it to the disk (fdatasync). Nothing is left of it when `content` throws. */
  async write(content: AsyncIterable<Uint8Array>): Promise<Blob> {
    const id = randomBytes(16).toString('hex');
    const file = await open(this.#path(id), 'wx', 0o600);
    let sizeBytes = 0;
    try {
      for await (const chunk of content) {
        for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
        sizeBytes += chunk.length;
      }
      await file.datasync();
    } catch (error) {
      await rm(this.#path(id), { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return { id, sizeBytes };
  }

  /** Keeps the files where they are, whatever is overwritten or deleted, until the holder lets go. */
  hold(blobs: readonly Blob[]): HeldContent {
    for (const { id } of blobs) this.#holds.set(id, (this.#holds.get(id) ?? 0) + 1);
    return {
      chunks: (fromByte, lengthBytes) => this.#chunks(blobs, fromByte, lengthBytes),
      release: () => this.#release(blobs),
    };
  }

  /** Removes files, held ones as soon as their last holder lets go. */
  async remove(blobs: readonly Blob[]): Promise<void> {
    await Promise.all(
      blobs.map(async ({ id }) => {
        if (this.#holds.has(id)) this.#doomed.add(id);
        else await rm(this.#path(id), { force: true });
      }),
    );
  }

  async *#chunks(blobs: readonly Blob[], fromByte: number, lengthBytes: number): AsyncGenerator<Uint8Array, void> {
    let skip = fromByte;
    let left = lengthBytes;
    for (const { id, sizeBytes } of blobs) {
      if (left === 0) return;
      if (skip >= sizeBytes) {
        skip -= sizeBytes;
        continue;
      }
      const wanted = Math.min(left, sizeBytes - skip);
      yield* this.#fileChunks(id, skip, wanted);
      left -= wanted;
      skip = 0;
    }
  }

  async *#fileChunks(id: string, fromByte: number, lengthBytes: number): AsyncGenerator<Uint8Array, void> {
    const file = await open(this.#path(id), 'r');
    try {
      for (let done = 0; done < lengthBytes; ) {
        // Not from the pool: a chunk may wait in a slow client's queue while the pool moves on.
        const chunk = Buffer.allocUnsafeSlow(Math.min(lengthBytes - done, readChunkBytes));
        const { bytesRead } = await file.read(chunk, 0, chunk.length, fromByte + done);
        if (bytesRead === 0) throw new Error(`the content file ${id} is shorter than its metadata says`);
        done += bytesRead;
        yield chunk.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  async #release(blobs: readonly Blob[]): Promise<void> {
    const free: Blob[] = [];
    for (const blob of blobs) {
      const holds = (this.#holds.get(blob.id) ?? 1) - 1;
      if (holds > 0) {
        this.#holds.set(blob.id, holds);
        continue;
      }
      this.#holds.delete(blob.id);
      if (this.#doomed.delete(blob.id)) free.push(blob);
    }
    await this.remove(free);
  }

  #path(id: string): string {
    return join(this.#folder, id.slice(0, 2), id);
  }
}
