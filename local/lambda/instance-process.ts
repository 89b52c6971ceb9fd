import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, unlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lines } from '../process/lines.ts';
import { folderBytes } from './folder-bytes.ts';
import type { FunctionConfig } from './function-config.ts';
import type { Host } from './host.ts';
import { instanceEnvironment } from './instance-environment.ts';
import { peakMemoryMb } from './peak-memory.ts';

/** A request id is a UUID. */
const noteBytesMax = 36;

/** How a process ended: with a code, by a signal, or, with neither, by not starting at all. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The request id of the last event that its runtime took up, empty when there was none. */
  readonly taken: string;
}

/** The process of an instance, with what it alone has: a session of its role and a folder for temporary files. */
export class InstanceProcess {
  readonly #child: ChildProcess;
  readonly #scratch: string;
  readonly #exited: Promise<Exit>;

  /** @param line takes each line that it prints */
  constructor(config: FunctionConfig, host: Host, runtimeApi: string, line: (text: string) => void) {
    const id = randomUUID().replaceAll('-', '');
    const scratch = join(host.folder, 'instances', id);
    this.#scratch = scratch;
    mkdirSync(scratch, { recursive: true, mode: 0o700 });
    const credentials = host.sessions.open(config.roleArn, config.name);
    const logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${id}`;
    const taken = openUnnamed(join(scratch, 'taken'));
    // V8 is held to nine tenths of the memory, as AWS's runtime does, so that garbage is collected before the limit is met.
    const heap = `--max-old-space-size=${Math.floor(config.memorySizeMb * 0.9)}`;
    this.#child = spawn(process.execPath, [heap, host.runtimeFile], {
      cwd: config.taskRoot,
      env: instanceEnvironment(config, host, { runtimeApi, logStream, credentials, scratch }),
      // The runtime notes in the last one which event it takes up: a note that outlives it, for the price of one write to memory.
      stdio: ['ignore', 'pipe', 'pipe', taken],
      // Its own process group: a kill takes along what the function started, and Ctrl-C in a terminal does not reach it.
      detached: true,
    });
    if (this.#child.pid !== undefined) host.reaper.watch(this.#child.pid);
    for (const stream of [this.#child.stdout, this.#child.stderr]) if (stream !== null) lines(stream, line);
    this.#exited = new Promise<Omit<Exit, 'taken'>>((resolve) => {
      this.#child.once('error', () => resolve({ code: null, signal: null }));
      this.#child.once('exit', (code, signal) => resolve({ code, signal }));
    }).then((exit) => {
      const { pid } = this.#child;
      if (pid !== undefined) {
        killGroup(pid);
        host.reaper.forget(pid);
      }
      host.sessions.close(credentials.accessKeyId);
      rm(scratch, { recursive: true, force: true }).catch(() => undefined);
      return { ...exit, taken: readAll(taken) };
    });
  }

  /** Resolves when it has ended and nothing that it started is left. */
  get exited(): Promise<Exit> {
    return this.#exited;
  }

  /** The largest resident set so far, in MiB; `undefined` where that cannot be known. */
  get peakMemoryMb(): number | undefined {
    return this.#child.pid === undefined ? undefined : peakMemoryMb(this.#child.pid);
  }

  /** What is in its folder for temporary files. */
  get storedBytes(): number {
    return folderBytes(this.#scratch);
  }

  /** Ends it at once, with all that it has started. False when it has ended before. */
  kill(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return false;
    killGroup(pid);
    return true;
  }
}

/** Opens a new file that goes away with its last descriptor. */
function openUnnamed(path: string): number {
  const descriptor = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return descriptor;
}

function readAll(descriptor: number): string {
  try {
    const bytes = Buffer.alloc(noteBytesMax);
    // From the start: the position in the file is shared with the process.
    return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, noteBytesMax, 0));
  } finally {
    closeSync(descriptor);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of it is left.
  }
}
