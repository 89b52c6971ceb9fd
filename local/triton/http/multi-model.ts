import { isAbsolute, normalize } from 'node:path';
import type { Log } from '../log.ts';
import { Model } from '../model.ts';
import { multiModelFolder } from '../repository/multi-model-folder.ts';
import { readModel } from '../repository/read-model.ts';
import { ResponseError } from '../response-error.ts';
import { TritonError } from '../triton-error.ts';
import type { Decoder } from '../wire/decoder.ts';
import type { Answer } from './answer.ts';
import type { Container, ContainerRequest } from './container.ts';
import { infer } from './infer.ts';
import { jsonAnswer } from './json-answer.ts';
import { OutOfMemory } from './out-of-memory.ts';
import { readBody } from './read-body.ts';
import { RequestError } from './request-error.ts';

interface Entry {
  readonly url: string;
  /** Of its artifact and its threads, for each of its instances; 0 until they are known. */
  bytes: number;
  /** Undefined while it is loading or unloading. */
  model: Model | undefined;
}

const modelsPerPage = 20;
/** A thread takes about 15 MB without any model: as much as a session of an artifact of this size. */
const threadBytes = 4 * 2 ** 20;
const empty = (status: number): Answer => ({ status, pieces: [] });

/**
 * A container for many models, which SageMaker loads and unloads by names that mean nothing but to it.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html
 */
export class MultiModel implements Container {
  readonly #entries = new Map<string, Entry>();
  readonly #changes = new Set<Promise<unknown>>();
  readonly #bytesMax: number;
  readonly #decoder: Decoder;
  readonly #log: Log;
  readonly #onFailure: (error: unknown) => void;

  /**
   * @param bytesMax of the artifacts in all threads together; sessions take three to four times as much memory
   * @param onFailure told when a thread of a model ends by itself
   */
  constructor(bytesMax: number, decoder: Decoder, log: Log, onFailure: (error: unknown) => void) {
    this.#bytesMax = bytesMax;
    this.#decoder = decoder;
    this.#log = log;
    this.#onFailure = onFailure;
  }

  answer(request: ContainerRequest): Promise<Answer> | Answer | undefined {
    const [, name, action] = /^\/models(?:\/([^/]+)(\/invoke)?)?\/?$/.exec(request.path) ?? [];
    if (!/^\/models(\/|$)/.test(request.path)) return undefined;
    const { method } = request;
    if (name === undefined) {
      if (method === 'POST') return this.#load(request);
      return method === 'GET' && request.path === '/models' ? this.#list(request.query) : undefined;
    }
    if (action !== undefined) return method === 'POST' ? this.#invoke(name, request) : undefined;
    if (method === 'GET') return this.#describe(name);
    return method === 'DELETE' ? this.#unload(name) : undefined;
  }

  /** Triton's frontend flattens errors here. */
  statusOf(error: unknown): number | undefined {
    if (error instanceof OutOfMemory) return 507;
    return error instanceof TritonError || error instanceof ResponseError ? 400 : undefined;
  }

  async stop(): Promise<void> {
    // Threads that load cannot be stopped.
    await Promise.allSettled(this.#changes);
    await Promise.all(
      [...this.#entries.values()].flatMap(({ model }) => (model === undefined ? [] : [model.unload()])),
    );
  }

  async #load({ request }: ContainerRequest): Promise<Answer> {
    const { name, url } = loadRequest(await readBody(request));
    // What the answers of the model call it; SageMaker sends it along.
    const target = request.headers['x-amzn-sagemaker-target-model'];
    const mappedName = typeof target === 'string' ? target : name;
    if (this.#entries.has(name)) {
      return jsonAnswer(409, { error: `failed to register '${mappedName}': model '${name}' is loaded already` });
    }
    const entry: Entry = { url, bytes: 0, model: undefined };
    this.#entries.set(name, entry);
    try {
      await this.#change(this.#loadInto(entry, mappedName));
      return empty(200);
    } catch (error) {
      this.#entries.delete(name);
      const failure = named(error, `'${mappedName}'`);
      if (this.statusOf(failure) !== undefined) this.#log.error((failure as Error).message);
      throw failure;
    }
  }

  /** Keeps what is under way, so that it can be waited for. */
  async #change(change: Promise<void>): Promise<void> {
    this.#changes.add(change);
    try {
      await change;
    } finally {
      this.#changes.delete(change);
    }
  }

  async #loadInto(entry: Entry, mappedName: string): Promise<void> {
    const files = await readModel(await multiModelFolder(entry.url), mappedName);
    this.#reserve(entry, (files.artifactBytes + threadBytes) * files.config.instances);
    entry.model = await Model.load(files, this.#log, this.#onFailure).catch((error: unknown) => {
      throw named(error, `'${mappedName}' version ${files.version}`);
    });
  }

  #reserve(entry: Entry, bytes: number): void {
    let taken = bytes;
    for (const { bytes: of } of this.#entries.values()) taken += of;
    if (taken > this.#bytesMax) {
      throw new OutOfMemory(`out of memory: artifacts would take ${taken} bytes of ${this.#bytesMax}`);
    }
    entry.bytes = bytes;
  }

  #list(query: URLSearchParams): Answer {
    const names = [...this.#entries].filter(([, { model }]) => model !== undefined).map(([name]) => name);
    names.sort();
    const after = query.get('next_page_token') ?? '';
    const rest = after === '' ? names : names.filter((name) => name > Buffer.from(after, 'base64url').toString());
    const page = rest.slice(0, modelsPerPage);
    const last = page.at(-1);
    return jsonAnswer(200, {
      models: page.map((modelName) => ({ modelName, modelUrl: this.#entries.get(modelName)?.url })),
      ...(last !== undefined && rest.length > page.length
        ? { nextPageToken: Buffer.from(last).toString('base64url') }
        : {}),
    });
  }

  #describe(modelName: string): Answer {
    const entry = this.#entries.get(modelName);
    return entry?.model === undefined ? empty(404) : jsonAnswer(200, { modelName, modelUrl: entry.url });
  }

  #invoke(name: string, request: ContainerRequest): Promise<Answer> | Answer {
    const model = this.#entries.get(name)?.model;
    return model === undefined ? empty(404) : infer(model, this.#decoder, request);
  }

  async #unload(name: string): Promise<Answer> {
    const entry = this.#entries.get(name);
    const model = entry?.model;
    if (entry === undefined || model === undefined) return empty(404);
    // Gone for everybody at once; its name and its memory are free when it has answered what it accepted.
    entry.model = undefined;
    await this.#change(model.unload());
    this.#entries.delete(name);
    this.#log.info(`successfully unloaded '${model.files.name}' version ${model.files.version}`);
    return empty(200);
  }
}

function loadRequest(body: Buffer): { readonly name: string; readonly url: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    throw new RequestError(400, 'failed to parse the request JSON buffer');
  }
  const { model_name: name, url } = (parsed ?? {}) as { readonly model_name?: unknown; readonly url?: unknown };
  if (typeof name !== 'string' || !/^[^/?#\s]{1,256}$/.test(name)) {
    throw new RequestError(400, "'model_name' must be a name without slashes");
  }
  if (typeof url !== 'string' || !isAbsolute(url) || /^\/(dev|proc|sys)\//.test(normalize(url))) {
    throw new RequestError(400, "'url' must be the absolute path of a folder, not in /dev/, /proc/ or /sys/");
  }
  return { name, url };
}

/** The error with what failed to load before it, once. */
function named(error: unknown, what: string): unknown {
  if (error instanceof OutOfMemory) return new OutOfMemory(`failed to load ${what}: ${error.message}`);
  if (!(error instanceof TritonError) || error.message.startsWith('failed to load')) return error;
  return new TritonError(error.code, `failed to load ${what}: ${error}`, { cause: error });
}
