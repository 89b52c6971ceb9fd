import * as z from 'zod/mini';
import { gpuInstanceTypes } from '../../catalog/gpu-instance-types.ts';

const endpoint = z.strictObject({
  /** Name of the SageMaker endpoint. */
  endpoint: z.string(),
  instanceType: z.enum(gpuInstanceTypes),
  /**
   * Where the endpoint scales to zero: the inference component that the model is, which each call has to name in the header
   * `X-Amzn-SageMaker-Inference-Component`.
   */
  inferenceComponent: z.optional(z.string()),
});

/**
 * The GPU endpoints of a stage, as its functions are told in the environment variable `GPU_ENDPOINTS` (JSON). Absent where a stage has none.
 */
export const gpuEndpointsSchema = z.strictObject({
  /** Endpoints that serve one model each, by the model's name. */
  models: z.record(z.string(), endpoint),
  /** The endpoint that serves every other registered model with `target: sagemaker`, by `TargetModel`. */
  multiModel: z.optional(endpoint),
});

export type GpuEndpoints = z.infer<typeof gpuEndpointsSchema>;
