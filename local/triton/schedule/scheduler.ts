import type { BatchingPolicy } from '../config/model-config.ts';
import type { InstanceRequest, InstanceResult, RenderedOutput } from '../instance/messages.ts';
import { ResponseError } from '../response-error.ts';
import { TritonError } from '../triton-error.ts';
import { nextBatch, type Waiting } from './next-batch.ts';
import { WakeUp } from './wake-up.ts';

/** What runs batches, one at a time. */
interface Runner {
  run(requests: readonly InstanceRequest[]): Promise<readonly InstanceResult[]>;
}

interface Pending extends Waiting {
  readonly request: InstanceRequest;
  /** For the messages to the one who asked. */
  readonly prefix: string;
  /** On the clock of `nowUs`; undefined when it may wait for ever. */
  readonly expiresUs: number | undefined;
  readonly cancelled: AbortSignal;
  readonly resolve: (outputs: readonly RenderedOutput[]) => void;
  readonly reject: (error: unknown) => void;
}

/** How a request is to be scheduled. */
export interface Scheduling {
  readonly prefix: string;
  /** The timeout that the request itself asks for, in microseconds; 0 for none. */
  readonly timeoutUs: number;
  /** Nobody waits for the answer any more. */
  readonly cancelled: AbortSignal;
}

/** Queues requests for the instances of one model, in the order in which they come, and batches them as the policy says. */
export class Scheduler {
  readonly #policy: BatchingPolicy | undefined;
  readonly #idle: Runner[];
  #instances: number;
  readonly #nowUs: () => number;
  readonly #wakeUp: WakeUp;
  readonly #queue: Pending[] = [];
  /** Those whose time ran out where the policy says DELAY: they run when nobody else waits. */
  readonly #delayed: Pending[] = [];
  #drained: PromiseWithResolvers<void> | undefined;

  constructor(
    runners: readonly Runner[],
    policy: BatchingPolicy | undefined,
    nowUs: () => number = () => performance.now() * 1000,
  ) {
    this.#idle = [...runners];
    this.#instances = runners.length;
    this.#policy = policy;
    this.#nowUs = nowUs;
    this.#wakeUp = new WakeUp(nowUs);
  }

  /** @throws {TritonError} when the queue is full @throws {ResponseError} when the time is up or the model fails */
  submit(request: InstanceRequest, { prefix, timeoutUs, cancelled }: Scheduling): Promise<readonly RenderedOutput[]> {
    const policy = this.#policy;
    if (this.#drained !== undefined) {
      const message = 'Server is stopping, scheduler for model has stopped accepting new inference requests';
      return Promise.reject(new TritonError('UNAVAILABLE', `${prefix}${message}`));
    }
    if (policy && policy.queueSizeMax > 0 && this.#queue.length + this.#delayed.length >= policy.queueSizeMax) {
      return Promise.reject(new TritonError('UNAVAILABLE', `${prefix}Exceeds maximum queue size`));
    }
    const enqueuedUs = this.#nowUs();
    let limitUs = policy?.timeoutUs ?? 0;
    if (policy?.timeoutOverride === true && timeoutUs > 0 && timeoutUs < limitUs) limitUs = timeoutUs;
    return new Promise((resolve, reject) => {
      this.#queue.push({
        rows: request.rows,
        key: request.inputs.map(({ shape }) => shape.slice(1).join()).join(';'),
        enqueuedUs,
        request,
        prefix,
        expiresUs: limitUs > 0 ? enqueuedUs + limitUs : undefined,
        cancelled,
        resolve,
        reject,
      });
      this.#next();
    });
  }

  /** Takes no more requests; resolves when all that it has taken are answered. */
  async drain(): Promise<void> {
    this.#drained ??= Promise.withResolvers();
    this.#next();
    await this.#drained.promise;
  }

  /** Gives waiting requests to idle instances, as far as the policy lets them go. */
  #next(): void {
    this.#wakeUp.clear();
    const timed = (this.#policy?.timeoutUs ?? 0) > 0;
    if (this.#idle.length === 0 && !timed) return;
    this.#removeExpired();
    while (this.#idle.length > 0) {
      const waiting = this.#queue.length > 0 ? this.#queue : this.#delayed;
      if (waiting.length === 0) break;
      const next = this.#choose(waiting);
      if ('waitUs' in next) {
        this.#wake(next.waitUs);
        return;
      }
      this.#run(waiting.splice(0, next.take), this.#idle.shift() as Runner);
    }
    if (this.#queue.length + this.#delayed.length > 0) this.#wake(Number.POSITIVE_INFINITY);
    else if (this.#idle.length === this.#instances) this.#drained?.resolve();
  }

  #choose(waiting: readonly Pending[]): ReturnType<typeof nextBatch> {
    if (this.#policy === undefined) return { take: 1 };
    const chosen = nextBatch(waiting, this.#policy, this.#nowUs());
    // Nothing comes any more that would be worth waiting for.
    return 'waitUs' in chosen && this.#drained !== undefined ? { take: waiting.length } : chosen;
  }

  /** Comes back when a batch has waited long enough or a request's time is up. */
  #wake(waitUs: number): void {
    const nowUs = this.#nowUs();
    const expiresUs = this.#queue.reduce((least, { expiresUs: at }) => Math.min(least, at ?? least), nowUs + waitUs);
    if (expiresUs !== Number.POSITIVE_INFINITY) this.#wakeUp.set(expiresUs - nowUs, () => this.#next());
  }

  #removeExpired(): void {
    const nowUs = this.#nowUs();
    for (const pending of removeFrom([this.#queue, this.#delayed], ({ cancelled }) => cancelled.aborted)) {
      pending.reject(new ResponseError(`${pending.prefix}Cancelled`));
    }
    for (const pending of removeFrom([this.#queue], ({ expiresUs = Number.POSITIVE_INFINITY }) => nowUs >= expiresUs)) {
      if (this.#policy?.timeoutAction === 'DELAY') this.#delayed.push(pending);
      else pending.reject(new ResponseError(`${pending.prefix}Request timeout expired`));
    }
  }

  #run(batch: readonly Pending[], runner: Runner): void {
    runner.run(batch.map(({ request }) => request)).then(
      (results) => {
        this.#idle.push(runner);
        // The next batch first: the instance need not wait for the answers to be written.
        this.#next();
        batch.forEach(({ resolve, reject, prefix }, index) => {
          const result = results[index];
          if (result !== undefined && 'outputs' in result) resolve(result.outputs);
          else reject(new ResponseError(`${prefix}${result?.error ?? 'no result'}`));
        });
      },
      // An instance that fails as a whole is gone, and the process ends.
      (error: unknown) => {
        this.#instances--;
        for (const { reject } of batch) reject(error);
        if (this.#instances > 0) return this.#next();
        for (const { reject } of [...this.#queue.splice(0), ...this.#delayed.splice(0)]) reject(error);
        this.#drained?.resolve();
      },
    );
  }
}

/** Takes those out of the lists for which it is so. */
function removeFrom(lists: readonly Pending[][], is: (pending: Pending) => boolean): Pending[] {
  const removed: Pending[] = [];
  for (const list of lists) {
    if (!list.some(is)) continue;
    removed.push(...list.filter(is));
    list.splice(0, list.length, ...list.filter((pending) => !is(pending)));
  }
  return removed;
}
