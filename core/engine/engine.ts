import type { ModelVersion } from '../catalog/model-version.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What a run gives back. */
export interface EngineResult {
  readonly outputs: readonly Tensor[];
  /** Time the model itself took, in milliseconds; of a remote one, the call to it. */
  readonly computeMs: number;
  /**
   * The version whose weights answered. An endpoint serves what was deployed last, which while a new version is rolled out is not
   * always what was asked for.
   */
  readonly answeredBy: ModelVersion;
  /** Hardware class for the bill: `lambda-cpu`, or `sagemaker-ml.g5.xlarge` and the like. */
  readonly hardware: string;
}

/** The call that a run is part of. */
export interface RunContext {
  /** Which request, for the logs of whatever runs the model elsewhere. */
  readonly requestId: string;
  /** Milliseconds that are left to the run, read when asked. */
  readonly remainingMs: () => number;
}

/** Runs a model. Two implementations: ONNX Runtime in the process, and SageMaker endpoints. */
export interface Engine {
  /**
   * Makes the model ready, so that a `run` that follows need not wait; at once when it is. A caller that has other work to do meanwhile
   * still waits for the end of it: what is under way when a Lambda call ends is frozen with its process.
   *
   * @param model a READY version
   */
  load(model: ModelVersion): Promise<void>;
  /** Whether a run would find what it runs on, as far as that is known. Quick, but not for the path of a request that runs. Never rejects. */
  isReady(model: ModelVersion): Promise<boolean>;
  /** Hardware class that a run would have, as {@link EngineResult} names it. @throws {UnavailableError} when there is none for the model */
  hardwareOf(model: ModelVersion): string;
  /**
   * @param model a READY version
   * @param inputs tensors already checked against the model's declared inputs
   * @param outputs names of the outputs wanted; all when absent
   * @param context a run in this process blocks it and cannot be cut short; a remote one ends in time
   */
  run(
    model: ModelVersion,
    inputs: readonly Tensor[],
    outputs?: readonly string[],
    context?: RunContext,
  ): Promise<EngineResult>;
}
