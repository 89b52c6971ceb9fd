import { randomUUID } from 'node:crypto';
import { link, rm, writeFile } from 'node:fs/promises';
import { dataHolder, lockFile, thisHolder } from './data-holder.ts';

/**
 * Keeps a data folder for this process alone, with the file `cloud.lock`. That of a process which is gone is taken over.
 * @returns gives the folder free
 * @throws Error that names the process that has it
 */
export async function lockData(data: string): Promise<() => Promise<void>> {
  const lock = lockFile(data);
  // Linked from a complete file, so that nobody ever reads half a lock.
  const own = `${lock}.${randomUUID()}`;
  await writeFile(own, JSON.stringify(thisHolder()));
  try {
    for (;;) {
      try {
        await link(own, lock);
        return () => rm(lock, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = await dataHolder(data);
      if (holder !== undefined) {
        throw new Error(`${data} is in use by process ${holder.pid}; stop that one, or start with another data folder`);
      }
      await rm(lock, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}
