import { endpointName } from '../../core/engine/sagemaker/endpoint-name.ts';
import type { GpuEndpoints } from '../../core/engine/sagemaker/gpu-endpoints.ts';
import type { GpuModels } from '../models/gpu-model.ts';
import type { StageSettings } from '../settings/stage-settings.ts';

/** The endpoints of a stage as its functions are told of them; undefined for a stage without. */
export function gpuEndpoints({ name: stage, gpu }: StageSettings, models: GpuModels): GpuEndpoints | undefined {
  if (gpu === undefined) return undefined;
  const own = Object.entries(gpu.models).map(([name, { scaleToZero }]) => {
    const model = models.get(name);
    if (model === undefined) throw new Error(`the archive of the model ${name} was not made`);
    const endpoint = endpointName.model(stage, name);
    const { instanceType } = model.manifest.target;
    return [name, { endpoint, instanceType, ...(scaleToZero ? { inferenceComponent: endpoint } : {}) }] as const;
  });
  const { multiModel } = gpu;
  return {
    models: Object.fromEntries(own),
    ...(multiModel === undefined
      ? {}
      : { multiModel: { endpoint: endpointName.multiModel(stage), instanceType: multiModel.instanceType } }),
  };
}
