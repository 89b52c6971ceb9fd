import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Keeps a data folder for this process alone, with the file `cloud.lock`. That of a process which is gone is taken over.
 * @returns gives the folder free
 * @throws Error that names the process that has it
 */
export async function lockData(data: string): Promise<() => Promise<void>> {
  const lock = join(data, 'cloud.lock');
  // Linked from a complete file, so that nobody ever reads half a lock.
  const own = join(data, `cloud.lock.${randomUUID()}`);
  await writeFile(own, JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) }));
  try {
    for (;;) {
      try {
        await link(own, lock);
        return () => rm(lock, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = await readHolder(lock);
      if (holder !== undefined && isRunning(holder)) {
        throw new Error(`${data} is in use by process ${holder.pid}; stop that one, or start with another data folder`);
      }
      await rm(lock, { force: true });
    }
  } finally {
    await rm(own, { force: true });
  }
}

interface Holder {
  readonly pid: number;
  /** Tells a process from a later one with the same id; absent where the kernel does not say. */
  readonly birth?: string | undefined;
}

async function readHolder(lock: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(lock, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isRunning({ pid, birth }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return birth === undefined || birth === birthOf(pid);
}

/** When a process was started, in ticks since the machine was. */
function birthOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return undefined;
  }
}
