import { UnavailableError } from '../api/maas-error.ts';
import type { Manifest } from '../catalog/manifest.ts';
import type { ModelVersion } from '../catalog/model-version.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Engine, EngineResult, RunContext } from './engine.ts';

type Engines = Readonly<Partial<Record<Manifest['target']['kind'], Engine>>>;

/** Runs each model where its manifest says. */
export class EngineByTarget implements Engine {
  readonly #engines: Engines;

  /** @param engines those that this function has */
  constructor(engines: Engines) {
    this.#engines = engines;
  }

  async load(model: ModelVersion): Promise<void> {
    await this.#engineOf(model).load(model);
  }

  async isReady(model: ModelVersion): Promise<boolean> {
    return (await this.#engines[model.manifest.target.kind]?.isReady(model)) ?? false;
  }

  hardwareOf(model: ModelVersion): string {
    return this.#engineOf(model).hardwareOf(model);
  }

  async run(
    model: ModelVersion,
    inputs: readonly Tensor[],
    outputs?: readonly string[],
    context?: RunContext,
  ): Promise<EngineResult> {
    return this.#engineOf(model).run(model, inputs, outputs, context);
  }

  /**
   * A route that leads where the model cannot run: its endpoint was deployed before a version for it was live. The operator's to put right,
   * so what is wrong is for the log.
   *
   * @throws {UnavailableError}
   */
  #engineOf({ model, version, manifest }: ModelVersion): Engine {
    const { kind } = manifest.target;
    const engine = this.#engines[kind];
    if (engine !== undefined) return engine;
    throw new UnavailableError(`version ${version} of model '${model}' cannot run where it is served now; not billed`, {
      retryAfterSeconds: 60,
      cause: new Error(
        `version ${version} of ${model} has the target ${kind}, which this function cannot run: take ${model} out of the stage's gpu.models, or make a version for ${Object.keys(this.#engines).join(', ')} live`,
      ),
    });
  }
}
