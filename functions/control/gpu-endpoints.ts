import { type GpuEndpoints, gpuEndpointsSchema } from '../../core/engine/sagemaker/gpu-endpoints.ts';

/** Reads the stage's GPU endpoints from JSON text; a stage without any has no text. Throws when it is something else. */
export const gpuEndpoints = (text: string | undefined): GpuEndpoints =>
  text === undefined ? { models: {} } : gpuEndpointsSchema.parse(JSON.parse(text));
