import { mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ArchiveError } from './archive-error.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import { readTar, type TarEntry } from './read-tar.ts';

const chunkBytes = 256 * 1024;

/**
 * Unpacks a `tar.gz` of files and folders into a new folder, as it arrives. Files are for reading only; owners, times and modes in the
 * archive do not count. Nothing is written outside the folder, whatever the archive says, and nothing is left of it after an error.
 *
 * @param folder must not exist
 * @throws ArchiveError for what is damaged, too large, or not to be in a model's archive; the errors of `source` as they are
 */
export async function unpackArchive(
  source: AsyncIterable<Uint8Array>,
  folder: string,
  limits: ArchiveLimits,
): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  try {
    await pipeline(source, createGunzip({ chunkSize: chunkBytes }), async (tar: AsyncIterable<Uint8Array>) => {
      for await (const entry of readTar(tar, limits)) await place(entry, folder);
    });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw explained(error as NodeJS.ErrnoException);
  }
}

async function place({ path, isFolder, content }: TarEntry, folder: string): Promise<void> {
  const target = join(folder, path);
  try {
    await mkdir(isFolder ? target : dirname(target), { recursive: true, mode: 0o700 });
    if (isFolder) return;
    // Links are refused and the folder is new, so what is there already was there before in this archive.
    const file = await open(target, 'wx', 0o400);
    try {
      for await (const piece of content) await file.writeFile(piece);
      // Whoever finds the folder at a later start, be it after a power cut, finds it whole.
      await file.datasync();
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EEXIST', 'ENOTDIR'].includes(code)) throw error;
    throw new ArchiveError(`${path} is there twice`, { cause: error });
  }
}

function explained(error: NodeJS.ErrnoException): Error {
  if (!error.code?.startsWith('Z_')) return error;
  const what = error.code === 'Z_BUF_ERROR' ? 'it is cut off' : `it is not a gzip file, or a damaged one`;
  return new ArchiveError(`${what} (${error.message})`, { cause: error });
}
