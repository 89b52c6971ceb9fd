import { setTimeout as sleep } from 'node:timers/promises';
import type { AsynchronousDefinition } from '../definition/endpoint-config.ts';
import type { Endpoint } from '../hosting/endpoint.ts';
import type { Host } from '../hosting/host.ts';
import type { ModelServer } from '../hosting/model-server.ts';
import { answerAsync } from './answer-async.ts';
import type { AsyncRequest } from './async-request.ts';
import { ExpiredError } from './expired-error.ts';
import { writeFailure } from './write-failure.ts';

/** The endpoint may be healthy again by then. */
const retryMs = 200;

/**
 * The queue of an asynchronous endpoint. It is in memory: what waits when the cloud ends is gone.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference.html
 */
export class AsyncQueue {
  readonly #definition: AsynchronousDefinition;
  readonly #endpoint: Endpoint;
  readonly #host: Host;
  readonly #waiting: AsyncRequest[] = [];
  readonly #stopping = new AbortController();
  #running = 0;

  constructor(definition: AsynchronousDefinition, endpoint: Endpoint, host: Host) {
    this.#definition = definition;
    this.#endpoint = endpoint;
    this.#host = host;
  }

  add(request: AsyncRequest): void {
    this.#waiting.push(request);
    this.#runNext();
  }

  /** Begins nothing more; what is under way ends with its container. */
  stop(): void {
    this.#stopping.abort();
    this.#waiting.length = 0;
  }

  #runNext(): void {
    if (this.#running >= this.#definition.concurrentInvocationsMax) return;
    const request = this.#waiting.shift();
    if (request === undefined) return;
    this.#running++;
    void this.#run(request).finally(() => {
      this.#running--;
      this.#runNext();
    });
  }

  async #run(request: AsyncRequest): Promise<void> {
    const { kmsKeyId } = this.#definition;
    const [variant] = this.#endpoint.variants;
    const server = variant?.server;
    if (server === undefined) return;
    const objects = this.#host.objectsOf(server.role);
    try {
      await this.#untilHealthy(server, request.expiresAtMs);
      const { body, contentType } = await answerAsync(server, objects, request);
      await objects.put(request.output, body, contentType, kmsKeyId);
    } catch (error) {
      // Whoever waits for the answer of a cloud that ends waits in vain.
      if (this.#stopping.signal.aborted) return;
      const lost = await writeFailure(objects, request, error, kmsKeyId);
      this.#host.log(`endpoint ${this.#endpoint.name}: an asynchronous request failed${lost}`);
    }
  }

  /** @throws ExpiredError, and an Error when the cloud ends */
  async #untilHealthy(server: ModelServer, expiresAtMs: number): Promise<void> {
    const { signal } = this.#stopping;
    while (!server.isHealthy) {
      if (this.#host.now() >= expiresAtMs) break;
      await sleep(retryMs, undefined, { signal, ref: false });
    }
    if (this.#host.now() >= expiresAtMs) throw new ExpiredError();
  }
}
