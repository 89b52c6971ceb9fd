import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is written into the lock of a data folder. */
export interface DataHolder {
  readonly pid: number;
  /** Tells a process from a later one with the same id; absent where the kernel does not say. */
  readonly birth?: string | undefined;
}

/** The lock of a data folder. */
export const lockFile = (data: string): string => join(data, 'cloud.lock');

/** This process, as a lock names it. */
export const thisHolder = (): DataHolder => ({ pid: process.pid, birth: birthOf(process.pid) });

/** The running process that has a data folder, if there is one. */
export async function dataHolder(data: string): Promise<DataHolder | undefined> {
  let holder: DataHolder;
  try {
    holder = JSON.parse(await readFile(lockFile(data), 'utf8')) as DataHolder;
  } catch {
    return undefined;
  }
  return isRunning(holder) ? holder : undefined;
}

function isRunning({ pid, birth }: DataHolder): boolean {
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
