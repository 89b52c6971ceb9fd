import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Failure, failures } from './failure.ts';
import type { FunctionConfig } from './function-config.ts';
import type { Host } from './host.ts';
import { type Exit, InstanceProcess } from './instance-process.ts';
import type { Invocation } from './lambda.ts';
import { PlatformLog, type Report } from './platform-log.ts';

/** One event on its way to a function. */
export interface FunctionEvent {
  readonly requestId: string;
  readonly invokedArn: string;
  readonly payload: Buffer;
  /** In tenant isolation mode only. */
  readonly tenantId: string | undefined;
}

/** Tells the function's pool about an instance. */
export interface InstanceHooks {
  /** It waits for an event. */
  ready(): void;
  /** It is no more; with a failure when it never became ready. */
  ended(initFailure?: InitFailure): void;
}

/** The answer for whoever waited for an instance that never became ready. */
export interface InitFailure extends Invocation {
  readonly timedOut: boolean;
}

interface Running {
  readonly event: FunctionEvent;
  readonly startedAt: number;
  readonly resolve: (invocation: Invocation | undefined) => void;
}

const mib = 1024 * 1024;

/**
 * One execution environment: a process that takes one event at a time through the Runtime API. Only a kill from outside can end a
 * handler that blocks in native code, so a time-out is a SIGKILL of the whole process group.
 */
export class Instance {
  readonly startedAt = performance.now();
  /** Epoch milliseconds. */
  readonly createdMs: number;
  readonly #config: FunctionConfig;
  readonly #hooks: InstanceHooks;
  readonly #log: PlatformLog;
  readonly #process: InstanceProcess;
  readonly #ended: Promise<void>;
  #initMs: number | undefined;
  #initReported = false;
  #initError: Buffer | undefined;
  #next: ServerResponse | undefined;
  #running: Running | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #killedFor: 'timeout' | 'memory' | 'storage' | 'end' | undefined;
  #peakMemoryMb = 0;
  /** When it answered without having asked for the next event yet. */
  answeredAt: number | undefined;

  /** @param initMsMax the process is killed when it is not ready by then */
  constructor(config: FunctionConfig, host: Host, hooks: InstanceHooks, initMsMax: number) {
    this.createdMs = host.now();
    this.#config = config;
    this.#hooks = hooks;
    this.#log = new PlatformLog(config, host.log);
    const address = host.server.open({
      next: (response) => this.#ready(response),
      answered: (requestId, body) => this.#answered(requestId, body),
      failed: (requestId, error) => this.#failed(requestId, error),
      initFailed: (error) => {
        this.#initError = error;
        this.#kill('end');
      },
    });
    this.#process = new InstanceProcess(config, host, address, (line) => this.#log.line(line));
    this.#ended = this.#process.exited.then((exit) => {
      host.server.close(address);
      this.#exited(exit);
    });
    this.#deadline = setTimeout(() => this.#kill('timeout'), initMsMax);
  }

  /** Whether it can take an event now. */
  get usable(): boolean {
    return this.#next !== undefined && this.#running === undefined && this.#killedFor === undefined;
  }

  /**
   * Gives it an event; to be called when it is usable. Resolves with the answer, whatever becomes of the process, and with `undefined`
   * when the process ended without having taken the event up, so that another instance may have it.
   */
  run(event: FunctionEvent): Promise<Invocation | undefined> {
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
        ...(event.tenantId !== undefined && { 'lambda-runtime-aws-tenant-id': event.tenantId }),
        'lambda-runtime-trace-id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${event.requestId.replaceAll('-', '').slice(0, 24)};Sampled=0`,
      });
      response.end(event.payload);
      this.#log.started(event.requestId);
    });
  }

  /** Ends the process; resolves when it is gone. */
  end(): Promise<void> {
    this.#kill('end');
    return this.#ended;
  }

  /** Kills the process when it has taken more memory or storage than the function has. */
  checkLimits(): void {
    if (this.#process.storedBytes > this.#config.ephemeralStorageMb * mib) this.#kill('storage');
    const mb = this.#process.peakMemoryMb;
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
      this.checkLimits();
      if (this.#killedFor !== undefined) return;
      this.#initMs = performance.now() - this.startedAt;
    }
    // The invoke phase, and with it the time-out, lasts until the runtime asks for the next event.
    clearTimeout(this.#deadline);
    this.answeredAt = undefined;
    this.#hooks.ready();
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

  #exited(exit: Exit): void {
    clearTimeout(this.#deadline);
    this.#next = undefined;
    const running = this.#running;
    if (running !== undefined && this.#killedFor !== 'timeout' && exit.taken !== running.event.requestId) {
      this.#running = undefined;
      this.#log.line(
        `${new Date().toISOString()} RequestId: ${running.event.requestId} was not taken up by the runtime`,
      );
      running.resolve(undefined);
    } else if (running !== undefined) {
      const failure = this.#failureOf(running.event.requestId, exit);
      this.#log.line(`${new Date().toISOString()} ${failure.errorMessage}`);
      this.#finish(answer(failure), this.#killedFor === 'timeout' ? 'timeout' : 'error', failure.errorType);
    }
    this.#hooks.ended(this.#initMs === undefined ? this.#initFailure(exit) : undefined);
  }

  #failureOf(requestId: string, { code, signal }: Exit): Failure {
    if (this.#killedFor === 'timeout') return failures.timeout(requestId, this.#config.timeoutSeconds);
    if (this.#killedFor === 'memory') return failures.memory(requestId);
    if (this.#killedFor === 'storage') return failures.storage;
    return failures.exit(requestId, code, signal);
  }

  #initFailure(exit: Exit): InitFailure {
    const failure = this.#failureOf(randomUUID(), exit);
    const error = this.#initError;
    this.#log.initFailed(
      error === undefined ? failure.errorType : 'Runtime.InitError',
      performance.now() - this.startedAt,
    );
    const invocation = error === undefined ? answer(failure) : { payload: error, functionError: 'Unhandled' };
    return { ...invocation, timedOut: this.#killedFor === 'timeout' };
  }

  #kill(reason: 'timeout' | 'memory' | 'storage' | 'end'): void {
    if (this.#process.kill()) this.#killedFor ??= reason;
  }
}

function answer(failure: Failure): Invocation {
  return { payload: Buffer.from(JSON.stringify(failure)), functionError: 'Unhandled' };
}
