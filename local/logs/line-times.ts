import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** From which byte of a log file on its lines were written at a moment. */
export interface LineTime {
  readonly offset: number;
  /** Epoch milliseconds. */
  readonly ms: number;
}

/** The file beside a log file that says when its lines were written: a line of offset and milliseconds for each write. */
export const timesPath = (logPath: string): string => `${logPath}.times`;

export const timeEntry = ({ offset, ms }: LineTime): string => `${offset} ${ms}\n`;

const parse = (text: string): LineTime[] =>
  text
    .split('\n')
    .map((line) => /^(\d+) (\d+)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, offset, ms]) => ({ offset: Number(offset), ms: Number(ms) }));

/** All of a log file's, in their order. Of a write that a kill cut short, and the one after it, the last counts. */
export function readTimes(logPath: string): readonly LineTime[] {
  const path = timesPath(logPath);
  return existsSync(path) ? parse(readFileSync(path, 'latin1')) : [];
}

/** The moment of the last write; 0 when there was none. */
export function lastTime(logPath: string): number {
  const path = timesPath(logPath);
  if (!existsSync(path)) return 0;
  const file = openSync(path, 'r');
  try {
    // Two entries at least.
    const tail = Buffer.alloc(128);
    const read = readSync(file, tail, 0, tail.length, Math.max(0, fstatSync(file).size - tail.length));
    return parse(tail.toString('latin1', 0, read).replace(/^[^\n]*\n(?=.*\n)/, '')).at(-1)?.ms ?? 0;
  } finally {
    closeSync(file);
  }
}
