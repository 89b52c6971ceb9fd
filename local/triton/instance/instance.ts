import { Worker } from 'node:worker_threads';
import type { FromInstance, InstanceRequest, InstanceResult, InstanceSettings, ToInstance } from './messages.ts';

type Ready = Extract<FromInstance, { readonly type: 'ready' }>;

/** A thread with the model in it, from outside. It runs one batch at a time. */
export class Instance {
  readonly #worker: Worker;
  readonly #ready = Promise.withResolvers<Ready>();
  readonly #ended = Promise.withResolvers<void>();
  #running: PromiseWithResolvers<readonly InstanceResult[]> | undefined;
  #isLoaded = false;
  #closing = false;

  /** @param onFailure told when the thread ends without having been asked to, once it has loaded the model */
  constructor(settings: InstanceSettings, onFailure: (error: unknown) => void) {
    this.#worker = new Worker(new URL('main.ts', import.meta.url), {
      workerData: settings,
      // Flags of the process, such as a debugger's port, are not the thread's business.
      execArgv: [],
      stdout: false,
      stderr: false,
    });
    this.#ready.promise.catch(() => undefined);
    this.#worker.on('message', (message: FromInstance) => this.#receive(message));
    this.#worker.on('error', (error) => this.#fail(error, onFailure));
    this.#worker.on('exit', (code) => {
      this.#ended.resolve();
      this.#fail(new Error(`the thread of an instance ended with ${code}`), onFailure);
    });
  }

  /** Resolves when the model is loaded. @throws when it cannot be, with the runtime's message */
  get ready(): Promise<Ready> {
    return this.#ready.promise;
  }

  /** Runs a batch. The buffers of its inputs are handed over: they are empty here afterwards. @throws when the thread ends */
  run(requests: readonly InstanceRequest[]): Promise<readonly InstanceResult[]> {
    if (this.#running !== undefined) throw new Error('an instance runs one batch at a time');
    this.#running = Promise.withResolvers();
    const buffers = new Set(requests.flatMap(({ inputs }) => inputs.map(({ buffer }) => buffer)));
    this.#send({ type: 'run', requests }, [...buffers]);
    return this.#running.promise;
  }

  /** Ends the thread when it has done what it is doing. */
  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      // The session must not go while it runs.
      await this.#running?.promise.catch(() => undefined);
      this.#send({ type: 'close' });
    }
    await this.#ended.promise;
  }

  /** The thread ends: while it loads that is a reason not to serve, later nobody could rely on anything any more. */
  #fail(error: unknown, onFailure: (error: unknown) => void): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#ready.reject(error);
    this.#running?.reject(error);
    if (this.#isLoaded) onFailure(error);
  }

  #receive(message: FromInstance): void {
    if (message.type === 'ready') {
      this.#isLoaded = true;
      this.#ready.resolve(message);
    } else if (message.type === 'failed') {
      this.#closing = true;
      this.#ready.reject(new Error(message.message));
    } else {
      const running = this.#running;
      this.#running = undefined;
      running?.resolve(message.results);
    }
  }

  #send(message: ToInstance, transfer: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }
}
