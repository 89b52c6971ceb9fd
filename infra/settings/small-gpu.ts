import type { Manifest } from '../../core/catalog/manifest.ts';
import { isForGpu } from '../models/is-for-gpu.ts';
import { type GpuSettings, stageSettingsSchema } from './stage-settings.ts';

/** One instance for each model that is for GPUs, and one for all others together: the least that shows everything. */
export function smallGpu(manifests: ReadonlyMap<string, Manifest>): GpuSettings | undefined {
  const instances = { min: 1, max: 1 };
  const names = [...manifests.values()].filter(isForGpu).map(({ name }) => name);
  return stageSettingsSchema.shape.gpu.parse({
    models: Object.fromEntries(names.map((name) => [name, { instances }])),
    multiModel: { instanceType: 'ml.g5.xlarge', instances },
  });
}
