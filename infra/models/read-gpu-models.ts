import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '../../core/catalog/manifest.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { GpuModel, GpuModels } from './gpu-model.ts';
import { isForGpu } from './is-for-gpu.ts';
import { modelArchiveFile } from './model-archive-file.ts';

/**
 * The models that get endpoints in some of the stages, shadows included, with their archives. Builds nothing for a stage without GPU.
 *
 * @param folder with a folder for each model, whose manifests are `manifests`
 * @throws when the settings name a model that is not there, that runs on Lambda, or that cannot shadow the other
 */
export async function readGpuModels(
  stages: readonly StageSettings[],
  folder: string,
  manifests: ReadonlyMap<string, Manifest>,
): Promise<GpuModels> {
  const models = new Map<string, GpuModel>();
  for (const { name: stage, gpu } of stages) {
    for (const [name, { shadow }] of Object.entries(gpu?.models ?? {})) {
      const model = await read(name, `stage ${stage}: gpu.models`);
      if (shadow === undefined) continue;
      const { manifest } = await read(shadow, `stage ${stage}: gpu.models.${name}.shadow`);
      if (shadow === name) throw new Error(`stage ${stage}: ${name} cannot be its own shadow`);
      if (!isDeepStrictEqual(manifest.inputs, model.manifest.inputs)) {
        throw new Error(`stage ${stage}: ${shadow} cannot shadow ${name}, whose inputs differ from its own`);
      }
    }
  }
  return models;

  async function read(name: string, where: string): Promise<GpuModel> {
    const known = models.get(name);
    if (known !== undefined) return known;
    const manifest = manifests.get(name);
    if (manifest === undefined) {
      const all = [...manifests.values()].filter(isForGpu).map((found) => found.name);
      throw new Error(
        `${where} names the model ${name}, which ${folder} does not have; for GPUs it has ${all.join(', ')}`,
      );
    }
    if (!isForGpu(manifest)) {
      throw new Error(
        `${where} names the model ${name}, which runs on Lambda: its manifest does not say target: sagemaker`,
      );
    }
    const model = { manifest, archive: await modelArchiveFile(join(folder, name), manifest) };
    models.set(name, model);
    return model;
  }
}
