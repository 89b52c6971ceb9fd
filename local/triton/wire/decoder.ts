import { Worker } from 'node:worker_threads';
import type { ModelFiles } from '../repository/model-files.ts';
import { TritonError } from '../triton-error.ts';
import { decodeRequest } from './decode-request.ts';
import type { FromDecoder, ToDecoder } from './decoder-messages.ts';
import type { InferRequest } from './infer-request.ts';

/** Reading this much JSON takes some milliseconds, and the largest body a second. Numeric binary tensors take no time. */
const longBytes = 262_144;

/** Reads requests: short ones at once, long ones in a thread of its own, one after the other. */
export class Decoder {
  readonly #onFailure: (error: unknown) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<InferRequest>>();
  #worker: Worker | undefined;
  #closing = false;
  #lastId = 0;

  /** @param onFailure told when the thread ends by itself */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** As `decodeRequest`; the body's buffer may be handed over and is not to be used afterwards. @throws {TritonError} */
  async decode(body: Buffer<ArrayBuffer>, headerSize: number | undefined, model: ModelFiles): Promise<InferRequest> {
    const hasStrings = model.config.inputs.some(({ datatype }) => datatype === 'BYTES');
    const slowBytes = hasStrings ? body.length : Math.min(headerSize ?? body.length, body.length);
    if (slowBytes <= longBytes) return decodeRequest(body, headerSize, model);
    const id = ++this.#lastId;
    const result = Promise.withResolvers<InferRequest>();
    this.#waiting.set(id, result);
    const { buffer, byteOffset: offset, length } = body;
    this.#worker ??= this.#start();
    this.#worker.postMessage({ id, buffer, offset, length, headerSize, model } satisfies ToDecoder, [buffer]);
    return result.promise;
  }

  /** Ends the thread; requests that it has not read are refused. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const { reject } of this.#waiting.values()) reject(new TritonError('UNAVAILABLE', 'Server is stopping'));
    // In JavaScript, unlike in native code, a thread may be terminated anywhere.
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('decoder-main.ts', import.meta.url), { execArgv: [] });
    worker.on('message', (message: FromDecoder) => {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if ('request' in message) waiting?.resolve(message.request);
      else waiting?.reject(new TritonError(message.refusal.code, message.refusal.message));
    });
    worker.on('error', this.#onFailure);
    worker.on('exit', () => {
      if (!this.#closing) this.#onFailure(new Error('the thread that reads requests has ended'));
    });
    return worker;
  }
}
