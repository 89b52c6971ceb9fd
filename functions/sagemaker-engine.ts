import type { Catalog } from '../core/catalog/catalog.ts';
import { SageMakerDirectory } from '../core/catalog/gpu/sagemaker-directory.ts';
import { EndpointReadiness } from '../core/engine/sagemaker/endpoint-readiness.ts';
import type { GpuEndpoints } from '../core/engine/sagemaker/gpu-endpoints.ts';
import { SageMakerEngine } from '../core/engine/sagemaker/sagemaker-engine.ts';
import { SageMakerRuntime } from '../core/engine/sagemaker/sagemaker-runtime.ts';
import { awsAccess } from './aws-access.ts';

const none: GpuEndpoints = { models: {} };

/** The engine of the stage's GPU endpoints, of which there may be none. */
export function sagemakerEngine(catalog: Catalog): SageMakerEngine {
  const text = process.env['GPU_ENDPOINTS'];
  return new SageMakerEngine({
    runtime: new SageMakerRuntime(awsAccess('SAGEMAKER_RUNTIME')),
    readiness: new EndpointReadiness(new SageMakerDirectory(awsAccess('SAGEMAKER')), () => performance.now()),
    // Written by the template from the same type; to check it again would bring zod, 17 kB, into each cold start.
    endpoints: text === undefined ? none : (JSON.parse(text) as GpuEndpoints),
    catalog,
    random: Math.random,
  });
}
