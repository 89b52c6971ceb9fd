import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../cli/synthesize.ts';
import type { Manifest } from '../core/catalog/manifest.ts';
import { endpointName } from '../core/engine/sagemaker/endpoint-name.ts';
import { startCloud } from '../local/cloud.ts';
import { modelVersion } from '../test/core/inference/platform.ts';
import { benchGpuOverhead, type GpuOverhead } from './gpu-overhead.ts';
import { meanModel } from './mean-model.ts';

/**
 * What `predict-gpu` adds to a direct InvokeEndpoint of the same endpoint, for a picture's worth of FP32 (602,112 bytes): the app is
 * synthesized with one model that computes next to nothing, and its endpoint runs in the local cloud.
 */
export async function benchGpu(rounds: number): Promise<GpuOverhead> {
  const folder = mkdtempSync(join(tmpdir(), 'maas-bench-gpu-'));
  const { file, manifest } = meanModel([-1, 3, 224, 224]);
  const target = { kind: 'sagemaker', instanceType: 'ml.g5.xlarge', instancesPerGpu: 1 } as const;
  // Nobody registers it, so nobody tries its sample; a manifest must have one.
  const sample: Manifest['sample'] = {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 3, 224, 224], uniform: { seed: 1 } }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [1, 1, 1, 1], data: [0.5] }],
    tolerance: 0.01,
  };
  const served = { ...manifest, target, sample };
  try {
    const models = join(folder, 'models');
    mkdirSync(join(models, served.name), { recursive: true });
    writeFileSync(join(models, served.name, 'model.json'), JSON.stringify(served));
    writeFileSync(join(models, served.name, served.artifact), file);
    const out = await synthesize(join(folder, 'cdk.out'), { gpu: true, models, onStep: () => undefined });
    const cloud = await startCloud({ assembly: join(out, 'assembly-dev'), data: join(folder, 'data'), log: () => {} });
    try {
      return await benchGpuOverhead({
        url: cloud.endpoint,
        region: cloud.region,
        credentials: cloud.operator,
        endpoint: endpointName.model('dev', served.name),
        model: modelVersion({ manifest: served, files: { [served.artifact]: file } }),
        rounds,
      });
    } finally {
      await cloud.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
