import { randomUUID } from 'node:crypto';
import { AwsError } from '../endpoint/aws-call.ts';
import type { Concurrency } from './concurrency.ts';
import type { FunctionConfig } from './function-config.ts';
import type { Host } from './host.ts';
import { type FunctionEvent, Instance } from './instance.ts';
import type { Invocation } from './lambda.ts';
import { limits } from './limits.ts';

/** More at once would only slow one another down on the few cores of one machine. */
const startingMax = 2;
/** An instance that has answered asks for the next event within this time, unless its handler has left work behind. */
const returningMs = 20;
/** AWS ends instances every few hours, and their credentials live for twelve. By the wall clock, as these: it goes on while a laptop sleeps. */
const ageMsMax = 6 * 60 * 60 * 1000;

/** A function whose instances end as soon as they are ready must not be started for ever. */
const untakenMax = 3;

interface Waiting {
  readonly event: FunctionEvent;
  readonly resolve: (invocation: Invocation) => void;
  readonly reject: (error: Error) => void;
  /** How often an instance ended before it took the event up. */
  untaken: number;
}

/**
 * The instances of one function, or in tenant isolation mode those for one tenant id. An event goes to whichever instance is ready first;
 * more are started while events wait.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
 */
export class FunctionPool {
  readonly config: FunctionConfig;
  readonly #host: Host;
  readonly #concurrency: Concurrency;
  readonly #tenantId: string | undefined;
  readonly #instances = new Set<Instance>();
  readonly #starting = new Set<Instance>();
  /** Most recently used last, so that the others are idle long enough to end. */
  readonly #idle = new Map<Instance, NodeJS.Timeout>();
  readonly #waiting: Waiting[] = [];
  #recheck: NodeJS.Timeout | undefined;
  #initTimedOut = false;
  #stopped = false;

  /** @param tenantId the only one whose events it gets */
  constructor(config: FunctionConfig, host: Host, concurrency: Concurrency, tenantId: string | undefined) {
    this.config = config;
    this.#host = host;
    this.#concurrency = concurrency;
    this.#tenantId = tenantId;
  }

  /** How many instances there are, at work or idle. */
  get size(): number {
    return this.#instances.size;
  }

  /** @throws TooManyRequestsError; AwsError `ServiceException` when an instance cannot be started or the local cloud is stopping */
  async invoke(payload: Buffer, invokedArn: string, requestId: string = randomUUID()): Promise<Invocation> {
    if (this.#stopped) throw stopping();
    this.#concurrency.enter();
    try {
      return await new Promise<Invocation>((resolve, reject) => {
        this.#waiting.push({
          event: { requestId, invokedArn, payload, tenantId: this.#tenantId },
          resolve,
          reject,
          untaken: 0,
        });
        this.#dispatch();
      });
    } finally {
      this.#concurrency.leave();
    }
  }

  checkLimits(): void {
    for (const instance of this.#instances) instance.checkLimits();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#recheck);
    for (const timer of this.#idle.values()) clearTimeout(timer);
    for (const { reject } of this.#waiting.splice(0)) {
      reject(stopping());
    }
    await Promise.all([...this.#instances].map((instance) => instance.end()));
  }

  #dispatch(): void {
    if (this.#stopped) return;
    for (const instance of [...this.#idle.keys()].reverse()) {
      if (this.#retire(instance) || !instance.usable) continue;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#unidle(instance);
      this.#run(instance, next);
    }
    const returning = this.#returning();
    while (this.#waiting.length > this.#starting.size + returning && this.#starting.size < startingMax) {
      try {
        this.#start();
      } catch (cause) {
        const error = new AwsError('ServiceException', 500, `${this.config.name} cannot be started`, { cause });
        this.#waiting.shift()?.reject(error);
      }
    }
    if (returning > 0 && this.#waiting.length > 0) {
      this.#recheck ??= setTimeout(() => {
        this.#recheck = undefined;
        this.#dispatch();
      }, returningMs);
    }
  }

  #run(instance: Instance, waiting: Waiting): void {
    instance.run(waiting.event).then((invocation) => {
      if (invocation !== undefined) {
        waiting.resolve(invocation);
      } else if (this.#stopped) {
        waiting.reject(stopping());
      } else if (++waiting.untaken > untakenMax) {
        waiting.reject(new AwsError('ServiceException', 500, `the instances of ${this.config.name} end by themselves`));
      } else {
        this.#waiting.unshift(waiting);
        this.#dispatch();
      }
    }, waiting.reject);
  }

  /** Ends an instance that is too old to be given another event. */
  #retire(instance: Instance): boolean {
    if (this.#host.now() - instance.createdMs <= ageMsMax) return false;
    void instance.end();
    return true;
  }

  #returning(): number {
    const since = performance.now() - returningMs;
    let count = 0;
    for (const { answeredAt } of this.#instances) if (answeredAt !== undefined && answeredAt > since) count++;
    return count;
  }

  #start(): void {
    // An init phase that takes too long is repeated as part of the invocation, within the function's own time-out.
    const seconds = this.#initTimedOut ? this.config.timeoutSeconds : limits.initSecondsMax;
    const retried = this.#initTimedOut;
    const instance = new Instance(
      this.config,
      this.#host,
      {
        ready: () => this.#ready(instance),
        ended: (initFailure) => {
          this.#forget(instance);
          if (initFailure !== undefined && !this.#stopped) {
            this.#initTimedOut = initFailure.timedOut && !retried;
            if (!this.#initTimedOut) this.#waiting.shift()?.resolve(initFailure);
          }
          this.#dispatch();
        },
      },
      seconds * 1000,
    );
    this.#instances.add(instance);
    this.#starting.add(instance);
  }

  #ready(instance: Instance): void {
    this.#starting.delete(instance);
    this.#initTimedOut = false;
    if (this.#retire(instance)) return;
    this.#idle.set(
      instance,
      setTimeout(() => void instance.end(), this.#host.idleMs),
    );
    this.#dispatch();
  }

  #forget(instance: Instance): void {
    this.#unidle(instance);
    this.#starting.delete(instance);
    this.#instances.delete(instance);
  }

  #unidle(instance: Instance): void {
    clearTimeout(this.#idle.get(instance));
    this.#idle.delete(instance);
  }
}

const stopping = (): AwsError => new AwsError('ServiceException', 500, 'the local cloud is stopping');
