import type { Construct } from 'constructs';
import { GpuEndpoint } from '../constructs/gpu-endpoint.ts';
import type { GpuModels } from '../models/gpu-model.ts';
import type { GpuEndpointSettings, StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from './data-stack.ts';
import { PlatformStack } from './platform-stack.ts';

/** One model's GPU endpoint. A stack of its own: it takes long to deploy, costs by the hour, and nothing else waits for it. */
export class GpuModelStack extends PlatformStack {
  constructor(
    scope: Construct,
    settings: StageSettings,
    data: DataStack,
    models: GpuModels,
    name: string,
    endpoint: GpuEndpointSettings,
  ) {
    super(scope, `gpu-${name}`, settings, `MaaS: the GPU endpoint of the model ${name}`);
    const find = (wanted: string) => {
      const model = models.get(wanted);
      if (model === undefined) throw new Error(`the archive of the model ${wanted} was not made`);
      return model;
    };
    new GpuEndpoint(this, 'Gpu', {
      settings,
      endpoint,
      data,
      model: find(name),
      shadow: endpoint.shadow === undefined ? undefined : find(endpoint.shadow),
    });
  }
}
