import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../../endpoint/aws-call.ts';
import { ArchiveError } from '../archive/archive-error.ts';
import type { Container } from '../container/container.ts';
import { readAnswer } from '../container/read-answer.ts';
import { below } from '../definition/below.ts';
import type { Model } from '../definition/model.ts';
import { type ModelErrorSource, modelError } from '../runtime/model-error.ts';
import { runtimeErrors } from '../runtime/runtime-error.ts';
import type { Host } from './host.ts';

/** A model that a container has loaded, or is loading. */
interface Loaded {
  /** What the container knows it by. */
  readonly name: string;
  readonly generation: number;
  readonly ready: Promise<void>;
  isReady: boolean;
  requests: number;
}

/** Somebody waits until a model is out of use; looked at this often. */
const idlePollMs = 20;

/**
 * The models of a multi-model endpoint. One is loaded when a request first names it, and the least recently used are unloaded when the
 * container has no room.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html
 */
export class TargetModels {
  readonly #model: Model;
  readonly #container: Container;
  readonly #source: ModelErrorSource;
  readonly #host: Host;
  /** By target, the least recently used first. */
  readonly #loaded = new Map<string, Loaded>();
  /** One at a time changes what the container has. */
  #change: Promise<unknown> = Promise.resolve();

  constructor(model: Model, container: Container, source: ModelErrorSource, host: Host) {
    this.#model = model;
    this.#container = container;
    this.#source = source;
    this.#host = host;
  }

  /**
   * Has a model loaded and sends a request to it. It is not unloaded before the answer has been read.
   * @throws AwsError `ValidationError` when there is no such model, `ModelNotReadyException` when it takes too long, `ModelError`
   */
  async use(target: string, send: (name: string) => Promise<IncomingMessage>): Promise<IncomingMessage> {
    const loaded = this.#entry(target);
    loaded.requests++;
    const done = (): void => void loaded.requests--;
    try {
      if (!loaded.isReady) await this.#wait(target, loaded);
      const answer = await send(loaded.name);
      answer.once('close', done);
      return answer;
    } catch (error) {
      done();
      throw error;
    }
  }

  #entry(target: string): Loaded {
    const known = this.#loaded.get(target);
    this.#loaded.delete(target);
    const loaded = known?.generation === this.#container.generation ? known : this.#load(target);
    this.#loaded.set(target, loaded);
    return loaded;
  }

  #load(target: string): Loaded {
    const name = createHash('sha256').update(target).digest('hex').slice(0, 32);
    const loaded: Loaded = {
      name,
      generation: this.#container.generation,
      ready: this.#downloadAndLoad(target, name),
      isReady: false,
      requests: 0,
    };
    loaded.ready.then(
      () => {
        loaded.isReady = true;
      },
      () => {
        // The next request tries again.
        if (this.#loaded.get(target) === loaded) this.#loaded.delete(target);
      },
    );
    return loaded;
  }

  async #wait(target: string, { ready }: Loaded): Promise<void> {
    const waiting = new AbortController();
    const late = sleep(this.#host.timings.loadWaitMs, true, { signal: waiting.signal, ref: false }).catch(() => false);
    try {
      if ((await Promise.race([ready, late])) === true) throw runtimeErrors.modelNotReady(target);
    } finally {
      waiting.abort();
    }
  }

  async #downloadAndLoad(target: string, name: string): Promise<void> {
    const url = await this.#download(target);
    const change = this.#change.then(() => this.#makeRoomAndLoad(target, name, url));
    this.#change = change.catch(() => undefined);
    await change;
  }

  async #download(target: string): Promise<string> {
    if (this.#model.data === undefined) throw new Error(`${this.#model.name} has no prefix`);
    const place = below(this.#model.data, target);
    try {
      return await this.#host.files.unpacked(this.#host.objectsOf(this.#model.role), place);
    } catch (error) {
      const where = `(bucket: ${place.bucket}, key: ${place.key})`;
      if (error instanceof AwsError) {
        throw runtimeErrors.validation(
          `Failed to download model data${where}. Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the model. (${error.code})`,
        );
      }
      if (error instanceof ArchiveError) {
        throw runtimeErrors.validation(
          `Failed to extract model data archive${where}. Please ensure that the object located at the URL is a valid tar.gz archive: ${error.message}`,
        );
      }
      throw error;
    }
  }

  async #makeRoomAndLoad(target: string, name: string, url: string): Promise<void> {
    for (;;) {
      const [status, complaint] = await this.#ask('POST', '/models', { model_name: name, url });
      if (status === 200 || status === 409) return;
      const isFull = status === 507;
      if (!isFull || !(await this.#unloadOne(target))) throw modelError(this.#source, status, complaint);
    }
  }

  /** @returns false when no other model is loaded */
  async #unloadOne(wanted: string): Promise<boolean> {
    for (;;) {
      const others = [...this.#loaded].filter(([target, { isReady, generation }]) => {
        return target !== wanted && isReady && generation === this.#container.generation;
      });
      if (others.length === 0) return false;
      const idle = others.find(([, { requests }]) => requests === 0);
      if (idle !== undefined) {
        const [target, { name }] = idle;
        this.#loaded.delete(target);
        await this.#ask('DELETE', `/models/${name}`);
        return true;
      }
      await sleep(idlePollMs);
    }
  }

  async #ask(method: 'DELETE' | 'POST', path: string, content?: object): Promise<[number, string]> {
    const body = content === undefined ? undefined : Buffer.from(JSON.stringify(content));
    const answer = await this.#container.send({
      method,
      path,
      ...(body && {
        body: [body],
        headers: { 'content-type': 'application/json', 'content-length': String(body.length) },
      }),
      timeoutMs: this.#host.timings.loadMs,
    });
    return [answer.statusCode ?? 500, (await readAnswer(answer)).toString('utf8')];
  }
}
