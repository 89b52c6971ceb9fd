import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Those of this process that are in use. */
const inUse = new Set<string>();

/**
 * A folder for files that are gone with the run. A run that is killed leaves its files, in Lambda to the next one of that instance, which
 * has only so much room: so whoever makes a folder first removes those of its name that no living process uses.
 */
export class WorkFolder {
  readonly path: string;

  /** @param name of the work: a folder of `…/<name>-<process>-<random>` */
  constructor(name: string) {
    removeLeft(name);
    this.path = mkdtempSync(join(tmpdir(), `${name}-${process.pid}-`));
    inUse.add(this.path);
  }

  /** Removes it with all that is in it. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
    inUse.delete(this.path);
  }
}

function removeLeft(name: string): void {
  for (const entry of readdirSync(tmpdir())) {
    const pid = entry.startsWith(`${name}-`) ? /^(\d+)-[^-]+$/.exec(entry.slice(name.length + 1))?.[1] : undefined;
    const path = join(tmpdir(), entry);
    if (pid === undefined || inUse.has(path)) continue;
    // A process that was started again may have the number of the one that died.
    if (Number(pid) !== process.pid && isAlive(Number(pid))) continue;
    rmSync(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
