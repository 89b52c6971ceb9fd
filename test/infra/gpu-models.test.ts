import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../core/catalog/manifest.ts';
import { modelArchiveFile } from '../../infra/models/model-archive-file.ts';
import { readGpuModels } from '../../infra/models/read-gpu-models.ts';
import { readManifests } from '../../infra/models/read-manifests.ts';
import { gpuManifest, lambdaManifest, modelsFolder } from './gpu-models.ts';
import { withEndpoint } from './gpu-stage.ts';
import { settingsOf } from './synthesize.ts';

const resnet50 = gpuManifest('resnet50');
const read = (manifests: readonly Manifest[], settings = withEndpoint({})) => {
  const folder = modelsFolder(manifests);
  return readGpuModels([settings], folder, readManifests(folder));
};

describe('the models of the settings', () => {
  it('are read from the folder, with their archives, and no others', async () => {
    const models = await read([resnet50, gpuManifest('moderation'), lambdaManifest]);
    expect([...models.keys()]).toEqual(['resnet50']);
    expect(models.get('resnet50')?.manifest).toEqual(resnet50);
    expect(models.get('resnet50')?.archive).toMatch(/resnet50\.tar\.gz$/);
  });

  it('include the shadows', async () => {
    const models = await read([resnet50, gpuManifest('moderation')], withEndpoint({ shadow: 'moderation' }));
    expect([...models.keys()]).toEqual(['resnet50', 'moderation']);
  });

  it('are nothing to a stage without GPU, which builds no archive', async () => {
    expect(await readGpuModels([settingsOf('dev')], '/nowhere', new Map())).toEqual(new Map());
  });

  it.each([
    {
      case: 'a model that is not there',
      manifests: [gpuManifest('moderation'), lambdaManifest],
      settings: withEndpoint({}),
      says: /gpu\.models names the model resnet50, which .* does not have; for GPUs it has moderation$/,
    },
    {
      case: 'a model for Lambda',
      manifests: [{ ...lambdaManifest, name: 'resnet50' }],
      settings: withEndpoint({}),
      says: /resnet50, which runs on Lambda: its manifest does not say target: sagemaker/,
    },
    {
      case: 'a shadow that is not there',
      manifests: [resnet50],
      settings: withEndpoint({ shadow: 'next' }),
      says: /gpu\.models\.resnet50\.shadow names the model next/,
    },
    {
      case: 'a model as its own shadow',
      manifests: [resnet50],
      settings: withEndpoint({ shadow: 'resnet50' }),
      says: /resnet50 cannot be its own shadow/,
    },
    {
      case: 'a shadow that takes something else',
      manifests: [
        resnet50,
        { ...gpuManifest('other'), inputs: [{ name: 'z', datatype: 'FP32' as const, shape: [-1, 1] }] },
      ],
      settings: withEndpoint({ shadow: 'other' }),
      says: /other cannot shadow resnet50, whose inputs differ/,
    },
  ])('refuse $case', async ({ manifests, settings, says }) => {
    await expect(read(manifests, settings)).rejects.toThrow(says);
  });

  it('name the command that builds a model whose weights are missing', async () => {
    const folder = modelsFolder([resnet50]);
    rmSync(join(folder, 'resnet50', 'model.onnx'));
    await expect(readGpuModels([withEndpoint({})], folder, readManifests(folder))).rejects.toThrow(
      /the model resnet50 has no model\.onnx .*: npx node models\/build\.ts resnet50$/,
    );
  });
});

describe('manifests', () => {
  const broken = (change: (folder: string) => void): (() => unknown) => {
    const folder = modelsFolder([lambdaManifest]);
    change(folder);
    return () => readManifests(folder);
  };

  it('are refused where they name another model than their folder', () => {
    const renamed = broken((folder) => renameSync(join(folder, 'linear-2x'), join(folder, 'other')));
    expect(renamed).toThrow(/other\/model\.json names the model linear-2x, its folder other/);
  });

  it('are refused where they are wrong, with what is wrong', () => {
    const wrong = broken((folder) => writeFileSync(join(folder, 'linear-2x', 'model.json'), '{"name":"linear-2x"}'));
    expect(wrong).toThrow(/wrong manifest .*linear-2x\/model\.json:[\s\S]*task/);
  });
});

describe('an archive', () => {
  it('is made once for a model, anew when the model changes, and holds it as Triton wants it', async () => {
    const folder = join(modelsFolder([resnet50]), 'resnet50');
    const first = await modelArchiveFile(folder, resnet50);
    expect(await modelArchiveFile(folder, resnet50)).toBe(first);
    const changed = { ...resnet50, target: { ...resnet50.target, instancesPerGpu: 2 } };
    expect(await modelArchiveFile(folder, changed)).not.toBe(first);
    const tar = gunzipSync(readFileSync(first)).toString('latin1');
    expect(tar).toContain('resnet50/config.pbtxt');
    expect(tar).toMatch(/resnet50\/\d+\/model\.onnx/);
  });
});
