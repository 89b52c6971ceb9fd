import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { LogSink } from './log-sink.ts';

const fileBytesMax = 16 * 1024 * 1024;

/**
 * Keeps each log group as a file `<group with - for />.log` in one folder. A file that has grown full becomes `….log.1`, in place of
 * the one before. What is written within one turn of the event loop reaches the disk together, at its end.
 */
export class FileLogSink implements LogSink {
  readonly #folder: string;
  readonly #fileBytesMax: number;
  readonly #descriptors = new Map<string, number>();
  #pending = new Map<string, string>();

  /** @param bytesMax of one file; two are kept per group */
  constructor(folder: string, bytesMax: number = fileBytesMax) {
    this.#folder = folder;
    this.#fileBytesMax = bytesMax;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  write(logGroup: string, line: string): void {
    if (this.#pending.size === 0) setImmediate(() => this.#flush());
    this.#pending.set(logGroup, `${this.#pending.get(logGroup) ?? ''}${line}\n`);
  }

  /** Writes what is pending and closes the files. */
  close(): void {
    this.#flush();
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor);
    this.#descriptors.clear();
  }

  #flush(): void {
    const pending = this.#pending;
    this.#pending = new Map();
    for (const [logGroup, text] of pending) {
      try {
        this.#append(this.#path(logGroup), text);
      } catch {
        // A full disk costs the lines, and nothing more: no request fails for want of a log.
      }
    }
  }

  #append(path: string, text: string): void {
    const descriptor = this.#descriptors.get(path) ?? openSync(path, 'a', 0o600);
    this.#descriptors.set(path, descriptor);
    appendFileSync(descriptor, text);
    if (fstatSync(descriptor).size < this.#fileBytesMax) return;
    closeSync(descriptor);
    this.#descriptors.delete(path);
    renameSync(path, `${path}.1`);
  }

  /** Names of log groups hold letters, digits and . - _ / # only, so none leads out of the folder. */
  #path(logGroup: string): string {
    return join(this.#folder, `${logGroup.replace(/^\//, '').replaceAll('/', '-')}.log`);
  }
}
