import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type Failure, failures } from './failure.ts';
import type { FunctionConfig } from './function-config.ts';
import type { Host } from './host.ts';
import { instanceEnvironment } from './instance-environment.ts';
import type { Invocation } from './lambda.ts';
import { lines } from './lines.ts';
import { peakMemoryMb } from './peak-memory.ts';
import { PlatformLog, type Report } from './platform-log.ts';

/** One event on its way to a function. */
export interface FunctionEvent {
  readonly requestId: string;
  readonly invokedArn: string;
  readonly payload: Buffer;
}

/** Tells the function's pool about an instance. */
export interface InstanceHooks {
  /** It waits for an event. */
  ready(instance: Instance): void;
  /** It is no more. `initFailure` when it never became ready: the answer for whoever waited for it. */
  ended(instance: Instance, initFailure?: Invocation & { readonly timedOut: boolean }): void;
}

interface Running {
  readonly event: FunctionEvent;
  readonly startedAt: number;
  readonly resolve: (invocation: Invocation) => void;
}

/**
 * One execution environment: a process that takes one event at a time through the Runtime API. Only a kill from outside can end a
 * handler that blocks in native code, so a time-out is a SIGKILL of the whole process group.
 */
export class Instance {
  readonly startedAt = performance.now();
  readonly #config: FunctionConfig;
  readonly #host: Host;
  readonly #hooks: InstanceHooks;
  readonly #log: PlatformLog;
  readonly #address: string;
  readonly #accessKeyId: string;
  readonly #scratch: string;
  readonly #process: ChildProcess;
  readonly #exit: Promise<void>;
  #initMs: number | undefined;
  #initReported = false;
  #initError: Buffer | undefined;
  #next: ServerResponse | undefined;
  #running: Running | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #killedFor: 'timeout' | 'memory' | 'end' | undefined;
  #peakMemoryMb = 0;
  /** When it answered without having asked for the next event yet. */
  answeredAt: number | undefined;

  /** @param initMsMax the process is killed when it is not ready by then */
  constructor(config: FunctionConfig, host: Host, hooks: InstanceHooks, initMsMax: number) {
    this.#config = config;
    this.#host = host;
    this.#hooks = hooks;
    this.#log = new PlatformLog(config, host.log);
    const id = randomUUID().replaceAll('-', '');
    const credentials = host.sessions.open(config.roleArn, config.name);
    this.#accessKeyId = credentials.accessKeyId;
    this.#scratch = join(host.folder, 'instances', id);
    mkdirSync(this.#scratch, { recursive: true, mode: 0o700 });
    this.#address = host.server.open({
      next: (response) => this.#ready(response),
      answered: (requestId, body) => this.#answered(requestId, body),
      failed: (requestId, error) => this.#failed(requestId, error),
      initFailed: (error) => {
        this.#initError = error;
        this.#kill('end');
      },
    });
    const logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${id}`;
    // V8 is held to nine tenths of the memory, as AWS's runtime does, so that garbage is collected before the limit is met.
    this.#process = spawn(
      process.execPath,
      [`--max-old-space-size=${Math.floor(config.memorySizeMb * 0.9)}`, host.runtimeFile],
      {
        cwd: config.taskRoot,
        env: instanceEnvironment(config, host, {
          runtimeApi: this.#address,
          logStream,
          credentials,
          scratch: this.#scratch,
        }),
        stdio: ['ignore', 'pipe', 'pipe'],
        // Its own process group: a kill takes along what the function started, and Ctrl-C in a terminal does not reach it.
        detached: true,
      },
    );
    if (this.#process.pid !== undefined) host.reaper.watch(this.#process.pid);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (stream !== null) lines(stream, (text) => this.#log.line(text));
    }
    this.#exit = new Promise((resolve) => {
      this.#process.once('error', () => resolve(this.#exited(null, null)));
      this.#process.once('exit', (code, signal) => resolve(this.#exited(code, signal)));
    });
    this.#deadline = setTimeout(() => this.#kill('timeout'), initMsMax);
  }

  /** Whether it can take an event now. */
  get usable(): boolean {
    return this.#next !== undefined && this.#running === undefined && this.#killedFor === undefined;
  }

  /** Gives it an event; to be called when it is usable. Resolves with the answer, whatever becomes of the process. */
  run(event: FunctionEvent): Promise<Invocation> {
    const response = this.#next;
    if (response === undefined) throw new Error('the instance is not ready');
    this.#next = undefined;
    const timeoutMs = this.#config.timeoutSeconds * 1000;
    return new Promise((resolve) => {
      this.#running = { event, startedAt: performance.now(), resolve };
      this.#deadline = setTimeout(() => this.#kill('timeout'), timeoutMs);
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': event.payload.length,
        'lambda-runtime-aws-request-id': event.requestId,
        'lambda-runtime-deadline-ms': Date.now() + timeoutMs,
        'lambda-runtime-invoked-function-arn': event.invokedArn,
        'lambda-runtime-trace-id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${event.requestId.replaceAll('-', '').slice(0, 24)};Sampled=0`,
      });
      response.end(event.payload);
      this.#log.started(event.requestId);
    });
  }

  /** Ends the process; resolves when it is gone. */
  end(): Promise<void> {
    this.#kill('end');
    return this.#exit;
  }

  /** Kills the process when it has taken more memory than the function has. */
  checkMemory(): void {
    const mb = this.#process.pid === undefined ? undefined : peakMemoryMb(this.#process.pid);
    if (mb === undefined) return;
    this.#peakMemoryMb = mb;
    if (mb > this.#config.memorySizeMb) this.#kill('memory');
  }

  #ready(response: ServerResponse): boolean {
    if (this.#next !== undefined) return false;
    this.#next = response;
    // The answer to the last event may still be on its way through the HTTP parser.
    if (this.#running === undefined) this.#becomeReady();
    return true;
  }

  #becomeReady(): void {
    if (this.#initMs === undefined) {
      this.checkMemory();
      if (this.#killedFor !== undefined) return;
      this.#initMs = performance.now() - this.startedAt;
    }
    // The invoke phase, and with it the time-out, lasts until the runtime asks for the next event.
    clearTimeout(this.#deadline);
    this.answeredAt = undefined;
    this.#hooks.ready(this);
  }

  #answered(requestId: string, body: Buffer | undefined): boolean {
    if (this.#running?.event.requestId !== requestId) return false;
    if (body === undefined) this.#finish(answer(failures.responseSize), 'error', failures.responseSize.errorType);
    else this.#finish({ payload: body }, 'success');
    return true;
  }

  #failed(requestId: string, error: Buffer | undefined): boolean {
    if (this.#running?.event.requestId !== requestId) return false;
    const invocation =
      error === undefined ? answer(failures.responseSize) : { payload: error, functionError: 'Unhandled' };
    this.#finish(invocation, 'error');
    return true;
  }

  #finish(invocation: Invocation, status: Report['status'], errorType?: string): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    this.answeredAt = performance.now();
    const report: Report = {
      requestId: running.event.requestId,
      durationMs: this.answeredAt - running.startedAt,
      maxMemoryUsedMb: this.#peakMemoryMb,
      initMs: this.#initReported ? undefined : this.#initMs,
      status,
      errorType,
    };
    this.#initReported = true;
    running.resolve(invocation);
    if (this.#next !== undefined) this.#becomeReady();
    // After what the handler printed, which is on its way through a pipe of its own.
    setImmediate(() => this.#log.ended(report));
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    clearTimeout(this.#deadline);
    const { pid } = this.#process;
    if (pid !== undefined) {
      killGroup(pid);
      this.#host.reaper.forget(pid);
    }
    this.#host.server.close(this.#address);
    this.#host.sessions.close(this.#accessKeyId);
    rm(this.#scratch, { recursive: true, force: true }).catch(() => undefined);
    if (this.#running !== undefined) {
      const failure = this.#failureOf(this.#running.event.requestId, code, signal);
      this.#log.line(`${new Date().toISOString()} ${failure.errorMessage}`);
      this.#finish(answer(failure), this.#killedFor === 'timeout' ? 'timeout' : 'error', failure.errorType);
    }
    this.#hooks.ended(this, this.#initMs === undefined ? this.#initFailure(code, signal) : undefined);
  }

  #failureOf(requestId: string, code: number | null, signal: NodeJS.Signals | null): Failure {
    if (this.#killedFor === 'timeout') return failures.timeout(requestId, this.#config.timeoutSeconds);
    if (this.#killedFor === 'memory') return failures.memory(requestId);
    return failures.exit(requestId, code, signal);
  }

  #initFailure(code: number | null, signal: NodeJS.Signals | null): Invocation & { readonly timedOut: boolean } {
    const timedOut = this.#killedFor === 'timeout';
    const failure = this.#failureOf(randomUUID(), code, signal);
    this.#log.initFailed(
      this.#initError === undefined ? failure.errorType : 'Runtime.InitError',
      performance.now() - this.startedAt,
    );
    const invocation =
      this.#initError === undefined ? answer(failure) : { payload: this.#initError, functionError: 'Unhandled' };
    return { ...invocation, timedOut };
  }

  #kill(reason: 'timeout' | 'memory' | 'end'): void {
    const { pid, exitCode, signalCode } = this.#process;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    this.#killedFor ??= reason;
    killGroup(pid);
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of it is left.
  }
}

function answer(failure: Failure): Invocation {
  return { payload: Buffer.from(JSON.stringify(failure)), functionError: 'Unhandled' };
}
