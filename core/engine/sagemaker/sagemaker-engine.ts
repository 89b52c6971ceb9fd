import { MaasError, UnavailableError } from '../../api/maas-error.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { TensorSpec } from '../../catalog/manifest.ts';
import type { ModelVersion } from '../../catalog/model-version.ts';
import { targetModel } from '../../catalog/triton/multi-model-key.ts';
import { rollingOut } from '../../inference/rolling-out.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Engine, EngineResult, RunContext } from '../engine.ts';
import { answeringVersion } from './answering-version.ts';
import { checkRows } from './check-rows.ts';
import type { EndpointReadiness } from './endpoint-readiness.ts';
import type { GpuEndpoints } from './gpu-endpoints.ts';
import type { EndpointInvoker, Invocation, InvocationAnswer } from './invocation.ts';
import { invokePatiently } from './invoke-patiently.ts';
import { invokeProblem } from './invoke-problem.ts';
import { TritonAnswer } from './triton-answer.ts';
import { tritonRequest } from './triton-request.ts';

type Endpoint = GpuEndpoints['models'][string];

/** What the engine needs from outside. */
interface Dependencies {
  readonly runtime: EndpointInvoker;
  readonly readiness: Pick<EndpointReadiness, 'isReady'>;
  readonly endpoints: GpuEndpoints;
  readonly catalog: Pick<Catalog, 'versions'>;
  /** A number from 0 up to 1. */
  readonly random: () => number;
}

/**
 * Runs models on their SageMaker endpoints, in NVIDIA Triton. Binary tensors go there and come back without being decoded.
 *
 * A model has an endpoint of its own or shares the multi-model endpoint, which finds its weights by the version asked for.
 */
export class SageMakerEngine implements Engine {
  readonly #dependencies: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** An endpoint has its models loaded, or loads them when they are called. */
  async load(): Promise<void> {}

  async isReady({ model }: ModelVersion): Promise<boolean> {
    const found = this.#find(model);
    if (found === undefined) return false;
    return this.#dependencies.readiness.isReady(found.endpoint, found.inferenceComponent !== undefined);
  }

  hardwareOf(version: ModelVersion): string {
    return `sagemaker-${this.#endpointOf(version).instanceType}`;
  }

  /** @throws {MaasError} as `invokeProblem` has it; 400 for a batch that is too large; 502 when the answer cannot be read, 503 when there is no endpoint */
  async run(
    version: ModelVersion,
    inputs: readonly Tensor[],
    outputs?: readonly string[],
    context?: RunContext,
  ): Promise<EngineResult> {
    const { runtime, catalog, random } = this.#dependencies;
    const { model, manifest } = version;
    checkRows(version, inputs);
    const { endpoint, instanceType: _, ...part } = this.#endpointOf(version);
    const wanted = outputs === undefined ? manifest.outputs : outputs.map((name) => spec(version, name));
    const request = tritonRequest(
      context?.requestId,
      inputs,
      wanted.map(({ name }) => name),
    );
    const { answer, computeMs } = await invokePatiently(
      async (deadlineMs) => {
        const started = performance.now();
        const given = await runtime.invoke(endpoint, { ...request, ...part }, { deadlineMs });
        return { answer: given, computeMs: performance.now() - started };
      },
      context?.remainingMs ?? (() => Number.POSITIVE_INFINITY),
      random,
    ).catch((error: unknown) => {
      throw invokeProblem(model, error);
    });
    const read = readable(version, () => new TritonAnswer(answer), answer);
    const answeredBy = await answeringVersion(catalog, version, read.modelVersion);
    return {
      outputs: readable(version, () => read.tensors(wanted), answer, answeredBy),
      computeMs,
      answeredBy,
      hardware: this.hardwareOf(version),
    };
  }

  /** The endpoint, and what of it is meant. */
  #endpointOf({ model, version, manifest, files }: ModelVersion): Endpoint & Pick<Invocation, 'targetModel'> {
    const found = this.#find(model);
    if (found === undefined) {
      throw new UnavailableError(`model '${model}' runs on a GPU, and no endpoint serves it now; not billed`, {
        retryAfterSeconds: 60,
        cause: new Error(`GPU_ENDPOINTS names neither an endpoint for ${model} nor a multi-model endpoint`),
      });
    }
    if (found !== this.#dependencies.endpoints.multiModel) return found;
    const artifact = files[manifest.artifact];
    if (artifact === undefined) throw new Error(`${model} ${version} has no file ${manifest.artifact}`);
    return { ...found, targetModel: targetModel(manifest, artifact.sha256) };
  }

  #find(model: string): Endpoint | undefined {
    const { models, multiModel } = this.#dependencies.endpoints;
    // A model may be called `constructor`.
    return (Object.hasOwn(models, model) ? models[model] : undefined) ?? multiModel;
  }
}

function spec({ model, manifest }: ModelVersion, name: string): TensorSpec {
  const found = manifest.outputs.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${model} has no output ${name}`);
  return found;
}

/** What is read of an answer, or the error that says nothing of what is wrong with it but to the log. */
function readable<T>(
  asked: ModelVersion,
  read: () => T,
  { body }: InvocationAnswer,
  answeredBy: ModelVersion = asked,
): T {
  try {
    return read();
  } catch (cause) {
    if (answeredBy !== asked) {
      const versions = `version ${answeredBy.version} answered for ${asked.version} of ${asked.model}`;
      throw rollingOut(asked, `${versions}, and its outputs differ: ${(cause as Error).message}`);
    }
    throw new MaasError(
      'bad-answer',
      502,
      `the endpoint of model '${asked.model}' gave an answer that cannot be read; not billed`,
      { cause: new Error(`an answer of ${body.length} bytes is no inference response`, { cause }) },
    );
  }
}
