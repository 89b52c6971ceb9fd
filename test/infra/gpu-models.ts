import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Manifest, manifestSchema } from '../../core/catalog/manifest.ts';
import { repositoryRoot } from '../../infra/constructs/repository-root.ts';
import type { GpuModel, GpuModels } from '../../infra/models/gpu-model.ts';

const linear = join(repositoryRoot, 'models', 'linear-2x');
const folder = mkdtempSync(join(tmpdir(), 'maas-models-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

export const lambdaManifest: Manifest = manifestSchema.parse(
  JSON.parse(readFileSync(join(linear, 'model.json'), 'utf8')),
);

/** The smallest model there is, under another name and on a GPU. */
export const gpuManifest = (
  name: string,
  instanceType: GpuModel['manifest']['target']['instanceType'] = 'ml.g5.xlarge',
): GpuModel['manifest'] => ({
  ...lambdaManifest,
  name,
  target: { kind: 'sagemaker', instanceType, batching: { rowsMax: 8, delayUs: 500 }, instancesPerGpu: 1 },
});

/** The models that prod's settings name, and one more, with archives that hold their names. */
export const gpuModels: GpuModels = new Map(
  [
    gpuManifest('resnet50'),
    gpuManifest('moderation', 'ml.g6.2xlarge'),
    gpuManifest('linear-gpu', 'ml.g6.12xlarge'),
  ].map((manifest) => {
    const archive = join(folder, `${manifest.name}.tar.gz`);
    writeFileSync(archive, manifest.name);
    return [manifest.name, { manifest, archive }];
  }),
);

/** A folder like `models/`, with these models. */
export function modelsFolder(manifests: readonly Manifest[]): string {
  const models = mkdtempSync(join(folder, 'models-'));
  for (const manifest of manifests) {
    mkdirSync(join(models, manifest.name));
    writeFileSync(join(models, manifest.name, 'model.json'), JSON.stringify(manifest));
    cpSync(join(linear, manifest.artifact), join(models, manifest.name, manifest.artifact));
  }
  return models;
}
