import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { lastTime, timeEntry, timesPath } from './line-times.ts';
import { LogGroups } from './log-groups.ts';
import type { LogSink } from './log-sink.ts';

const fileBytesMax = 16 * 1024 * 1024;
/** Long enough to write the lines of several requests at once, short enough that nobody who reads the file notices. */
const lingerMs = 20;
/** Characters of lines that may wait. */
const pendingLengthMax = 64 * 1024;

interface LogFile {
  readonly descriptor: number;
  /** Of the file with the times. */
  readonly times: number;
  /** Epoch milliseconds of the last write: a clock that is set back must not mix up the order of times. */
  lastMs: number;
  sizeBytes: number;
}

/**
 * Keeps each log group as a file `<group with - for />.log` in one folder. A file that has grown full becomes `….log.1`, in place of
 * the one before. Lines reach the file within 20 ms, so that a request does not wait for a write of each of its own; a process that ends
 * by itself writes what is left, and `kill -9` may cost the last of them. When they were written stands in a file beside it.
 */
export class FileLogSink implements LogSink {
  readonly #groups: LogGroups;
  readonly #now: () => number;
  readonly #fileBytesMax: number;
  readonly #files = new Map<string, LogFile>();
  readonly #atExit = (): void => this.flush();
  #pending = new Map<string, string>();
  #pendingLength = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param bytesMax of one file; two are kept per group */
  constructor(
    folder: string,
    { bytesMax = fileBytesMax, now = Date.now }: { readonly bytesMax?: number; readonly now?: () => number } = {},
  ) {
    this.#groups = new LogGroups(folder);
    this.#now = now;
    this.#fileBytesMax = bytesMax;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    process.on('exit', this.#atExit);
  }

  write(logGroup: string, line: string): void {
    this.#pending.set(logGroup, `${this.#pending.get(logGroup) ?? ''}${line}\n`);
    this.#pendingLength += line.length;
    if (this.#pendingLength > pendingLengthMax) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), lingerMs).unref();
  }

  /** Writes what is pending and closes the files. */
  close(): void {
    process.off('exit', this.#atExit);
    this.flush();
    for (const path of [...this.#files.keys()]) this.#close(path);
  }

  /** Writes what is pending. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const pending = this.#pending;
    this.#pending = new Map();
    this.#pendingLength = 0;
    for (const [logGroup, text] of pending) {
      try {
        this.#append(this.#groups.path(logGroup), text);
      } catch {
        // A full disk costs the lines, and nothing more: no request fails for want of a log.
      }
    }
  }

  #append(path: string, text: string): void {
    const file = this.#files.get(path) ?? openFile(path);
    this.#files.set(path, file);
    file.lastMs = Math.max(file.lastMs, this.#now());
    // First: of a process that dies in between the next write says the same offset again, and counts.
    appendFileSync(file.times, timeEntry({ offset: file.sizeBytes, ms: file.lastMs }));
    appendFileSync(file.descriptor, text);
    file.sizeBytes += Buffer.byteLength(text);
    if (file.sizeBytes < this.#fileBytesMax) return;
    this.#close(path);
    renameSync(timesPath(path), timesPath(`${path}.1`));
    renameSync(path, `${path}.1`);
  }

  #close(path: string): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    closeSync(file.descriptor);
    closeSync(file.times);
    this.#files.delete(path);
  }
}

function openFile(path: string): LogFile {
  const descriptor = openSync(path, 'a', 0o600);
  const times = openSync(timesPath(path), 'a', 0o600);
  return { descriptor, times, lastMs: lastTime(path), sizeBytes: fstatSync(descriptor).size };
}
