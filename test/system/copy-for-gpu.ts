import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestSchema } from '../../core/catalog/manifest.ts';

/**
 * Copies a model of `models/` as one of another name that runs on a GPU.
 *
 * @returns the folder, `<models>/<name>`
 */
export function copyForGpu(
  models: string,
  { of, name, batching }: { of: string; name: string; batching?: { rowsMax: number; delayUs: number } },
): string {
  const folder = join(models, name);
  cpSync(join('models', of), folder, { recursive: true });
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')));
  const target = {
    kind: 'sagemaker',
    instanceType: 'ml.g5.xlarge',
    instancesPerGpu: 1,
    ...(batching === undefined ? {} : { batching }),
  };
  writeFileSync(join(folder, 'model.json'), JSON.stringify({ ...manifest, name, target }));
  return folder;
}
