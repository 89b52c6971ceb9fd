import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { lines } from '../../process/lines.ts';
import type { Reaper } from '../../process/reaper.ts';
import type { ContainerExit } from './container-exit.ts';

const lastLinesMax = 20;
const lineLengthMax = 500;

interface ProcessOptions {
  readonly program: readonly string[];
  /** What it gets besides what any process needs. */
  readonly environment: Readonly<Record<string, string>>;
  /** A new folder of its own, removed when it has ended. */
  readonly scratch: string;
  readonly reaper: Reaper;
  /** Takes each line that it prints. */
  readonly onLine: (line: string) => void;
}

/**
 * The process that stands for a container. It is told to take any port, and prints `{"port":N}` as soon as it listens; all else that it
 * prints is its log.
 */
export class ContainerProcess {
  /** The port on the loopback interface; never resolves when the process ends without having printed one. */
  readonly port: Promise<number>;
  /** Resolves when it has ended, and all that it had started with it. */
  readonly exited: Promise<ContainerExit>;
  readonly #child: ChildProcess;
  readonly #cleaned: Promise<void>;
  readonly #lastLines: string[] = [];

  constructor({ program, environment, scratch, reaper, onLine }: ProcessOptions) {
    mkdirSync(scratch, { recursive: true, mode: 0o700 });
    const [command = '', ...parameters] = program;
    const { LD_LIBRARY_PATH, NODE_COMPILE_CACHE } = process.env;
    const child = spawn(command, parameters, {
      cwd: scratch,
      env: {
        PATH: '/usr/local/bin:/usr/bin:/bin',
        LANG: 'en_US.UTF-8',
        TZ: ':UTC',
        HOME: scratch,
        TMPDIR: scratch,
        // Where the machine keeps the libraries of its GPU.
        ...(LD_LIBRARY_PATH !== undefined && { LD_LIBRARY_PATH }),
        // Where Node keeps what it has compiled, for a server that is written in it.
        ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }),
        ...environment,
        SAGEMAKER_BIND_TO_PORT: '0',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its own process group: a kill takes along what it started, and Ctrl-C in a terminal does not reach it.
      detached: true,
    });
    this.#child = child;
    if (child.pid !== undefined) reaper.watch(child.pid);
    this.port = new Promise((resolve) => {
      if (child.stdout) {
        lines(child.stdout, (line) => {
          const port = announcedPort(line);
          if (port === undefined) onLine(line);
          else resolve(port);
        });
      }
    });
    if (child.stderr) {
      lines(child.stderr, (line) => {
        onLine(line);
        this.#lastLines.push(line.slice(0, lineLengthMax));
        if (this.#lastLines.length > lastLinesMax) this.#lastLines.shift();
      });
    }
    this.exited = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`it could not be started: ${error.message}`));
      // Not at its exit: what it said last is still on its way through the pipes.
      child.once('close', (code, signal) =>
        resolve(signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`),
      );
      child.once('exit', () => this.#kill('SIGKILL'));
    }).then((how) => {
      if (child.pid !== undefined) reaper.forget(child.pid);
      return { how, lastLines: this.#lastLines };
    });
    this.#cleaned = this.exited.then(() => rm(scratch, { recursive: true, force: true })).catch(() => undefined);
  }

  get isRunning(): boolean {
    const { pid, exitCode, signalCode } = this.#child;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  /** Tells it to end, and ends it when it has not by then, with all that it has started. */
  async end(graceMs: number): Promise<void> {
    this.#kill('SIGTERM');
    const late = setTimeout(() => this.#kill('SIGKILL'), graceMs);
    await this.#cleaned;
    clearTimeout(late);
  }

  #kill(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // Nobody of it is left.
    }
  }
}

function announcedPort(line: string): number | undefined {
  const [, port] = /^\{"port": ?(\d{1,5})\}$/.exec(line.trim()) ?? [];
  return port === undefined ? undefined : Number(port);
}
