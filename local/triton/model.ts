import { availableParallelism } from 'node:os';
import { Instance } from './instance/instance.ts';
import type { InstanceRequest, RenderedOutput } from './instance/messages.ts';
import type { Log } from './log.ts';
import type { ModelFiles } from './repository/model-files.ts';
import { signatureProblem } from './repository/signature-problem.ts';
import { Scheduler, type Scheduling } from './schedule/scheduler.ts';
import { TritonError } from './triton-error.ts';

/** A model that serves: its threads, and the queue before them. */
export class Model {
  readonly files: ModelFiles;
  readonly #instances: readonly Instance[];
  readonly #scheduler: Scheduler;

  private constructor(files: ModelFiles, instances: readonly Instance[]) {
    this.files = files;
    this.#instances = instances;
    this.#scheduler = new Scheduler(instances, files.config.batching);
  }

  /**
   * Loads a model into as many threads as its configuration has instances.
   *
   * @param onFailure told when a thread ends by itself
   * @throws {TritonError} when it cannot be loaded, or is not what its configuration says
   */
  static async load(files: ModelFiles, log: Log, onFailure: (error: unknown) => void): Promise<Model> {
    const { name, config, version, artifact, labels } = files;
    log.info(`loading: ${name}:${version}`);
    for (const field of files.ineffective) log.info(`config.pbtxt of ${name}: no effect here: ${field}`);
    // One core is left to HTTP, where there is more than one.
    const cores = Math.max(availableParallelism() - 1, 1);
    const threads = Math.min(config.threads ?? cores, Math.max(Math.floor(cores / config.instances), 1));
    const instances = Array.from(
      { length: config.instances },
      () => new Instance({ config, artifact, labels, threads }, onFailure),
    );
    try {
      const loaded = await Promise.all(instances.map(({ ready }) => ready)).catch((error: unknown) => {
        throw new TritonError('INTERNAL', `onnx runtime error: ${(error as Error).message}`, { cause: error });
      });
      for (const { signature } of loaded.slice(0, 1)) {
        const problem = signatureProblem(name, config, signature);
        if (problem !== undefined) throw new TritonError('INVALID_ARG', problem);
      }
      const wanted = config.gpu ? ', asked for a GPU' : '';
      const providers = [...new Set(loaded.map(({ provider }) => provider))].join(' and ');
      log.info(
        `successfully loaded '${name}' version ${version}: ${instances.length} instance(s) on ${providers}${wanted}, ${threads} thread(s) each`,
      );
    } catch (error) {
      await Promise.all(instances.map((instance) => instance.close()));
      throw error;
    }
    return new Model(files, instances);
  }

  infer(request: InstanceRequest, scheduling: Scheduling): Promise<readonly RenderedOutput[]> {
    return this.#scheduler.submit(request, scheduling);
  }

  /** Answers what it has accepted, then frees its threads. */
  async unload(): Promise<void> {
    await this.#scheduler.drain();
    await Promise.all(this.#instances.map((instance) => instance.close()));
  }
}
