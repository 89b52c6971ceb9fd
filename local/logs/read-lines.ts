import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { readTimes } from './line-times.ts';

/** A line of a log group, and when it was written. */
export interface LoggedLine {
  /** Epoch milliseconds. */
  readonly ms: number;
  readonly text: string;
}

const chunkBytes = 256 * 1024;

/**
 * The lines of a log group that were written between two moments, both included, oldest first. Lines whose time was not kept, by a version
 * of this cloud that kept none, are in none of them.
 *
 * @param logPath the group's file; the one that was put aside when it was full lies beside it
 */
export function* readLines(logPath: string, fromMs: number, toMs: number): Generator<LoggedLine, void> {
  for (const path of [`${logPath}.1`, logPath]) {
    if (!existsSync(path)) continue;
    const times = readTimes(path);
    let at = times.findIndex(({ ms }) => ms >= fromMs);
    const first = times[at];
    if (first === undefined) continue;
    for (const { offset, text } of linesFrom(path, first.offset)) {
      for (let next = times[at + 1]; next !== undefined && next.offset <= offset; next = times[at + 1]) at += 1;
      const ms = times[at]?.ms ?? 0;
      if (ms > toMs) return;
      yield { ms, text };
    }
  }
}

function* linesFrom(path: string, start: number): Generator<{ readonly offset: number; readonly text: string }, void> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(chunkBytes);
    let offset = start;
    let rest = Buffer.alloc(0);
    for (let read = readSync(file, chunk, 0, chunkBytes, start); read > 0; ) {
      const bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
      let from = 0;
      for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
        yield { offset, text: bytes.toString('utf8', from, end) };
        offset += end + 1 - from;
        from = end + 1;
      }
      rest = bytes.subarray(from);
      read = readSync(file, chunk, 0, chunkBytes, offset + rest.length);
    }
  } finally {
    closeSync(file);
  }
}
