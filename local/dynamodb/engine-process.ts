import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { EngineMessage, EngineRequest, EngineSettings } from './engine/messages.ts';

export interface EngineAnswer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

interface Pending {
  readonly resolve: (answer: EngineAnswer) => void;
  readonly reject: (error: Error) => void;
}

const readyMsMax = 15_000;
const stopMsMax = 5_000;
const restartMsMax = 5_000;

/**
 * The child process that holds the tables. dynalite may throw outside of any request; here that costs the requests under way, which
 * fail as retryable, and a moment until the next process has opened the database.
 */
export class EngineProcess {
  readonly #settings: EngineSettings;
  readonly #log: (line: string) => void;
  readonly #pending = new Map<number, Pending>();
  #child: ChildProcess | undefined;
  #ready: Promise<ChildProcess>;
  #lastId = 0;
  #restarts = 0;
  #stopping = false;

  constructor(settings: EngineSettings, log: (line: string) => void) {
    this.#settings = settings;
    this.#log = log;
    this.#ready = this.#spawn();
  }

  /** Resolves when the database is open. @throws when it cannot be opened */
  async started(): Promise<void> {
    try {
      await this.#ready;
    } catch (error) {
      this.#stopping = true;
      throw error;
    }
  }

  /** The process id of the running child. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Asks the engine.
   *
   * @param input JSON
   * @throws when the process ends before it has answered, and when it cannot be restarted
   */
  async call(operation: string, input: string): Promise<EngineAnswer> {
    const child = await this.#ready;
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      child.send({ id, operation, input } satisfies EngineRequest, (error) => {
        if (error) {
          this.#pending.delete(id);
          reject(error);
        }
      });
    });
  }

  /** Closes the database and ends the process. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.send({ id: 0, operation: 'stop', input: '' } satisfies EngineRequest, () => undefined);
    const kill = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
    await ended;
    clearTimeout(kill);
  }

  #spawn(): Promise<ChildProcess> {
    const compileCache = process.env['NODE_COMPILE_CACHE'];
    const child = fork(fileURLToPath(new URL('engine/main.ts', import.meta.url)), [JSON.stringify(this.#settings)], {
      // Neither the flags nor the environment of the parent, which may hold credentials, are the engine's business, but for where Node
      // keeps what it has compiled.
      execArgv: [],
      env: compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    if (child.stderr) {
      createInterface(child.stderr).on('line', (line) => this.#log(`dynamodb engine: ${line}`));
    }
    const ready = new Promise<ChildProcess>((resolve, reject) => {
      const late = setTimeout(() => child.kill('SIGKILL'), readyMsMax);
      child.on('message', (message: EngineMessage) => {
        if (message.type === 'ready') {
          clearTimeout(late);
          this.#restarts = 0;
          resolve(child);
        } else if (message.type === 'failed') {
          reject(new Error(message.message));
        } else {
          this.#pending.get(message.id)?.resolve(message);
          this.#pending.delete(message.id);
        }
      });
      child.once('error', (error) => {
        this.#log(`dynamodb engine: ${error.message}`);
        reject(error);
      });
      child.once('exit', (code, signal) => {
        clearTimeout(late);
        reject(new Error(`the dynamodb engine ended with ${signal ?? code} before it was ready`));
        this.#ended(`${signal ?? code}`);
      });
    });
    // Whoever calls meanwhile sees the rejection; nobody may be calling.
    ready.catch(() => undefined);
    return ready;
  }

  #ended(how: string): void {
    for (const { reject } of this.#pending.values()) {
      reject(new Error(`the dynamodb engine ended with ${how}`));
    }
    this.#pending.clear();
    if (this.#stopping) {
      return;
    }
    this.#log(`dynamodb engine ended with ${how}; starting it again`);
    const pauseMs = Math.min(100 * 2 ** this.#restarts++, restartMsMax);
    this.#ready = new Promise<void>((resolve) => {
      // Nothing is worth staying alive for once the rest of the cloud has ended.
      setTimeout(resolve, pauseMs).unref();
    }).then(() => {
      if (this.#stopping) {
        throw new Error('the dynamodb engine is stopped');
      }
      return this.#spawn();
    });
    this.#ready.catch(() => undefined);
  }
}
