import { endpointName } from '../../engine/sagemaker/endpoint-name.ts';
import type { GpuEndpoints } from '../../engine/sagemaker/gpu-endpoints.ts';
import type { Manifest } from '../manifest.ts';
import type { ModelVersion, VersionState } from '../model-version.ts';
import { tritonProblem } from '../triton/triton-problem.ts';
import type { EndpointDirectory, EndpointState } from './endpoint-directory.ts';
import type { GpuTrial } from './gpu-trial.ts';
import type { ModelArchives } from './model-archives.ts';

/** What a stage has to serve models on GPUs with. */
export interface GpuServingDependencies {
  /** The stage's name. */
  readonly stage: string;
  readonly endpoints: GpuEndpoints;
  readonly directory: EndpointDirectory;
  readonly archives: ModelArchives;
  readonly trial: GpuTrial;
}

/** Where a version stands after its trial. */
export interface Admission {
  readonly state: VersionState;
  /** Why it is not READY. */
  readonly reason?: string;
}

/** The endpoint of a model and how it is. */
export interface ShownEndpoint extends EndpointState {
  readonly name: string;
}

/**
 * What GPU endpoints ask of registering models with `target: sagemaker`. A model with an endpoint of its own is deployed with the stage, so
 * a version of it needs nothing more than its check in the sandbox: answers tell which weights they come from. All others are loaded by the
 * multi-model endpoint, where each version must show that it runs before it serves.
 */
export class GpuServing {
  readonly #with: GpuServingDependencies;

  constructor(dependencies: GpuServingDependencies) {
    this.#with = dependencies;
  }

  /** Why nothing in the stage would serve the model, for whoever deploys it; undefined when something does. */
  unserved({ name, target }: Manifest): string | undefined {
    const { stage, endpoints } = this.#with;
    const own = this.#own(name);
    if (target.kind !== 'sagemaker') {
      if (own === undefined) return undefined;
      // The function behind these routes has no engine of its own.
      return `stage ${stage} sends all requests for it to the GPU endpoint ${own}; give it the target sagemaker, or take gpu.models.${name} out of infra/settings/stages.ts, deploy, then push again`;
    }
    if (own !== undefined || endpoints.multiModel !== undefined) return undefined;
    return `stage ${stage} has no GPU endpoint for it; set gpu.models.${name} or gpu.multiModel in infra/settings/stages.ts, deploy, then push again`;
  }

  /** Puts the archive where the multi-model endpoint loads it, if that one serves the version. Safe to repeat. */
  async prepare(version: ModelVersion, budgetMs: number): Promise<void> {
    // Of a manifest that Triton cannot take there is no archive, and the sandbox says why.
    if (this.#shared(version.manifest) === undefined || tritonProblem(version.manifest) !== undefined) return;
    await this.#with.archives.store(version, budgetMs);
  }

  /** Decides about a version that the sandbox agrees with. */
  async admit(version: ModelVersion, budgetMs: number): Promise<Admission> {
    const shared = this.#shared(version.manifest);
    if (shared === undefined) return { state: 'READY' };
    const result = await this.#with.trial.run(shared, version, budgetMs);
    if (result.outcome === 'agreed') return { state: 'READY' };
    return { state: result.outcome === 'failed' ? 'FAILED' : 'VALIDATING', reason: result.reason };
  }

  /** The endpoint that serves the model; undefined for one that needs none. */
  async show({ name: model, target }: Manifest): Promise<ShownEndpoint | undefined> {
    if (target.kind !== 'sagemaker') return undefined;
    const { stage, endpoints, directory } = this.#with;
    const name = this.#own(model) ?? endpoints.multiModel?.endpoint;
    if (name !== undefined) return { name, ...(await directory.describe(name)) };
    return {
      name: endpointName.model(stage, model),
      status: 'absent',
      reason: `set gpu.models.${model} or gpu.multiModel in infra/settings/stages.ts and deploy`,
    };
  }

  /** The multi-model endpoint, if it is the one that serves the model. */
  #shared({ name, target }: Manifest): string | undefined {
    if (target.kind !== 'sagemaker' || this.#own(name) !== undefined) return undefined;
    return this.#with.endpoints.multiModel?.endpoint;
  }

  #own(model: string): string | undefined {
    const { models } = this.#with.endpoints;
    // A model may be called `constructor`.
    return Object.hasOwn(models, model) ? models[model]?.endpoint : undefined;
  }
}
