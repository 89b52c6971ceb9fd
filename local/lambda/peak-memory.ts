import { readFileSync } from 'node:fs';

/** The largest resident set that a process has had, in MiB; `undefined` where the kernel does not tell (anything but Linux). */
export function peakMemoryMb(pid: number): number | undefined {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined ? undefined : Math.ceil(Number(kib) / 1024);
  } catch {
    return undefined;
  }
}
