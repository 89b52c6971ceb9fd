import { Agent, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerExit } from './container-exit.ts';
import type { ContainerProcess } from './container-process.ts';
import { type ContainerRequest, sendToContainer } from './container-request.ts';
import type { Timings } from './timings.ts';

/** So many health checks in a row, without any other answer in between, make a container unhealthy: a busy one may miss one. */
const missedPingsMax = 3;
/** One that has served for so long did not end because of how it was started. */
const provenMs = 60_000;

interface ContainerOptions {
  readonly spawn: () => ContainerProcess;
  readonly timings: Timings;
  readonly startupMsMax: number;
  /** Takes a line when it has ended and is started again. */
  readonly log: (line: string) => void;
}

/** A container never became healthy. */
export class StartupError extends Error {}

/** There is no healthy process to send a request to. */
export class UnhealthyError extends Error {}

/**
 * A container under supervision: once it has become healthy it is looked after, and started again whenever it ends or no longer answers.
 */
export class Container {
  readonly #options: ContainerOptions;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #stopping = new AbortController();
  #process: ContainerProcess | undefined;
  #port: number | undefined;
  #supervision: Promise<void> = Promise.resolve();
  #answers = 0;
  #generation = 0;

  constructor(options: ContainerOptions) {
    this.#options = options;
  }

  get isHealthy(): boolean {
    return this.#port !== undefined && this.#process?.isRunning === true;
  }

  /** Counts its processes: what one of them was told, the next does not know. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Resolves when it is healthy for the first time.
   * @throws StartupError when it ends or is not healthy in time; it is gone then
   */
  async start(): Promise<void> {
    const process = await this.#launch();
    this.#supervision = this.#supervise(process);
  }

  /** Sends a request to the running process. @throws UnhealthyError when none could take it, and what `sendToContainer` throws */
  async send(request: ContainerRequest): Promise<IncomingMessage> {
    if (this.#port === undefined || !this.isHealthy) throw new UnhealthyError('the container is not healthy');
    try {
      const answer = await sendToContainer(this.#port, this.#agent, request);
      this.#answers++;
      return answer;
    } catch (error) {
      // It has just ended, and nothing of the request has reached it.
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') throw new UnhealthyError('the container is gone');
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#port = undefined;
    await this.#process?.end(this.#options.timings.stopMs);
    await this.#supervision;
    this.#agent.destroy();
  }

  async #launch(): Promise<ContainerProcess> {
    if (this.#stopping.signal.aborted) throw new StartupError('it was stopped');
    const process = this.#options.spawn();
    this.#process = process;
    this.#generation++;
    const gone = new AbortController();
    let exit: ContainerExit | undefined;
    void process.exited.then((ended) => {
      exit = ended;
      gone.abort();
      if (this.#process === process) this.#port = undefined;
    });
    try {
      this.#port = await this.#healthyPort(process, gone.signal);
      return process;
    } catch (error) {
      if (exit !== undefined) throw new StartupError(explained(exit));
      await process.end(0);
      throw error;
    } finally {
      gone.abort();
    }
  }

  /** Waits for its first healthy answer. */
  async #healthyPort(process: ContainerProcess, gone: AbortSignal): Promise<number> {
    const { startupMsMax, timings } = this.#options;
    const deadline = performance.now() + startupMsMax;
    const tooLate = new StartupError(`it was not healthy within ${startupMsMax / 1000} s`);
    const late = sleep(startupMsMax, undefined, { signal: gone, ref: false }).then(() => Promise.reject(tooLate));
    const port = await Promise.race([process.port, late]);
    while (!(await this.#ping(port))) {
      if (performance.now() > deadline) throw tooLate;
      await sleep(timings.startupPingMs, undefined, { signal: gone });
    }
    return port;
  }

  async #ping(port: number): Promise<boolean> {
    const timeoutMs = this.#options.timings.pingTimeoutMs;
    try {
      const answer = await sendToContainer(port, this.#agent, { method: 'GET', path: '/ping', timeoutMs });
      answer.resume();
      return answer.statusCode === 200;
    } catch {
      return false;
    }
  }

  async #supervise(first: ContainerProcess): Promise<void> {
    const { timings, log } = this.#options;
    const signal = this.#stopping.signal;
    let process = first;
    for (let failures = 0; ; ) {
      const startedAt = performance.now();
      const reason = await this.#watch(process);
      this.#port = undefined;
      if (signal.aborted) return;
      if (performance.now() - startedAt > provenMs) failures = 0;
      log(`${reason}; it is started again`);
      for (let started = false; !started; ) {
        const pauseMs = Math.min(timings.restartMsMin * 2 ** failures++, timings.restartMsMax);
        await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
        if (signal.aborted) return;
        try {
          process = await this.#launch();
          started = true;
        } catch (error) {
          if (!signal.aborted) log(`${(error as Error).message}; it is started again`);
        }
      }
    }
  }

  /**
   * Resolves with the reason when a process has ended, by itself or because it no longer answered. What it printed is not a part of it:
   * of a process that has had requests it may quote them.
   */
  async #watch(process: ContainerProcess): Promise<string> {
    const { pingMs, stopMs } = this.#options.timings;
    const gone = new AbortController();
    void process.exited.then(() => gone.abort());
    for (let missed = 0; missed < missedPingsMax; ) {
      await sleep(pingMs, undefined, { signal: gone.signal, ref: false }).catch(() => undefined);
      if (gone.signal.aborted) return (await process.exited).how;
      const answers = this.#answers;
      const isAlive = (await this.#ping(this.#port ?? 0)) || this.#answers > answers;
      missed = isAlive ? 0 : missed + 1;
    }
    this.#port = undefined;
    if (!gone.signal.aborted) await process.end(stopMs);
    return `it did not answer ${missedPingsMax} health checks`;
  }
}

const lastLinesShown = 5;
/** Where in a program an error was thrown is for its log. */
const stackLine = /^\s*at |^Node\.js v|^\s*$/;

/** How it ended, with the last of what it complained about. */
function explained({ how, lastLines }: ContainerExit): string {
  const complaints = lastLines.filter((line) => !stackLine.test(line)).slice(-lastLinesShown);
  return complaints.length === 0 ? how : `${how}: ${complaints.join(' | ')}`;
}
