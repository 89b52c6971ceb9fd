import { InferenceSession, type Tensor as OnnxTensor } from 'onnxruntime-node';
import type { ArtifactStore } from '../../catalog/artifact-store.ts';
import type { ModelVersion } from '../../catalog/model-version.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Engine, EngineResult } from '../engine.ts';
import { fromOnnx } from './from-onnx.ts';
import { quietRuntime } from './quiet-runtime.ts';
import { runError } from './run-error.ts';
import { SessionCache } from './session-cache.ts';
import { sessionOptions } from './session-options.ts';
import { signatureProblem } from './signature-problem.ts';
import { toOnnx } from './to-onnx.ts';

/** A process of Lambda, with as much CPU as its memory brings. */
const hardware = 'lambda-cpu';

/**
 * Runs models with ONNX Runtime in this process. `run` blocks the thread while the model computes (ONNX Runtime's Node binding is
 * synchronous inside), which a Lambda environment, serving one request at a time, does not mind.
 */
export class OnnxEngine implements Engine {
  readonly #artifacts: ArtifactStore;
  readonly #sessions: SessionCache;

  /** @param artifactBytesMax how many bytes of artifacts may be loaded at once; a session takes three to four times its artifact */
  constructor(artifacts: ArtifactStore, artifactBytesMax: number) {
    quietRuntime();
    this.#artifacts = artifacts;
    this.#sessions = new SessionCache(artifactBytesMax);
  }

  async load(version: ModelVersion): Promise<void> {
    await this.#withSession(version, async () => undefined);
  }

  /** A READY version has run in a sandbox like this process. */
  async isReady(): Promise<boolean> {
    return true;
  }

  hardwareOf(): string {
    return hardware;
  }

  async run(version: ModelVersion, inputs: readonly Tensor[], outputs?: readonly string[]): Promise<EngineResult> {
    const { model, manifest } = version;
    const feeds: Record<string, OnnxTensor> = Object.fromEntries(inputs.map((tensor) => [tensor.name, toOnnx(tensor)]));
    const wanted = outputs ?? manifest.outputs.map(({ name }) => name);
    return this.#withSession(version, async (session) => {
      const started = performance.now();
      try {
        const results = await session.run(feeds, wanted);
        const computeMs = performance.now() - started;
        return {
          outputs: wanted.map((name) => fromOnnx(name, results[name] as OnnxTensor)),
          computeMs,
          answeredBy: version,
          hardware,
        };
      } catch (error) {
        throw runError(model, error);
      }
    });
  }

  async #withSession<T>(
    { model, version, manifest, files }: ModelVersion,
    use: (session: InferenceSession) => Promise<T>,
  ): Promise<T> {
    const file = files[manifest.artifact];
    if (file === undefined) throw new Error(`${model} ${version} has no file ${manifest.artifact}`);
    const load = async (): Promise<InferenceSession> => {
      // By buffer, never by path: what was verified is what is loaded, and there is no folder for external data to be read from.
      const session = await InferenceSession.create(await this.#artifacts.read(file), sessionOptions);
      const problem = signatureProblem(manifest, session);
      if (problem !== undefined) throw new Error(`${model} ${version}: ${problem}`);
      return session;
    };
    return this.#sessions.with(`${model}/${version}/${file.sha256}`, file.sizeBytes, load, use);
  }
}
