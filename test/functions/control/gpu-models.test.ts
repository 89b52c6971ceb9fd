import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ArtifactUpload } from '../../../core/catalog/artifact-transfer.ts';
import type { Manifest } from '../../../core/catalog/manifest.ts';
import { doublingOnGpu } from '../../core/catalog/triton/gpu-manifests.ts';
import { doubling } from '../../core/inference/manifests.ts';
import { type Platform, startPlatform } from '../platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(() => {
  platform.gpu.reset();
  platform.validator.asked.length = 0;
  platform.validator.verdict = async () => ({ valid: true });
});
afterAll(() => platform.stop());

const instanceType = 'ml.g5.xlarge';
const ownEndpoint = (model: string) => {
  platform.gpu.endpoints.models = { [model]: { endpoint: `maas-dev-model-${model}`, instanceType } };
};
const multiModel = () => {
  platform.gpu.endpoints.multiModel = { endpoint: 'maas-dev-multi-model', instanceType };
};

interface Pushed {
  readonly uploads: Readonly<Record<string, ArtifactUpload>>;
}
interface Checked {
  readonly state: string;
  readonly reason?: string;
  readonly live: boolean;
}

const validate = (model: string, remainingMs?: number) =>
  platform.control<Checked>('POST', '/models/{model}/versions/{version}/validate', {
    params: { model, version: '1' },
    ...(remainingMs === undefined ? {} : { remainingMs }),
  });
const show = async (model: string) =>
  (await platform.control<{ endpoint?: object; versions: object[] }>('GET', '/models/{model}', { params: { model } }))
    .json;

/** Pushes a first version with its file. */
async function push(manifest: Manifest): Promise<void> {
  const files = { 'model.onnx': { sha256: Buffer.from(manifest.name).toString('hex').padEnd(64, '0'), sizeBytes: 9 } };
  const { json, text } = await platform.control<Pushed>('POST', '/models', { body: { manifest, files } });
  expect(json.uploads, text).toBeDefined();
  for (const upload of Object.values(json.uploads)) platform.artifacts.put(upload);
}

/** Pushes a model for GPUs and has it checked. */
async function release(name: string, changes: Partial<Manifest> = {}): Promise<Checked> {
  await push(doublingOnGpu({ name, ...changes }));
  return (await validate(name)).json;
}

describe('a version for GPUs', () => {
  test('of a model with an endpoint of its own serves as soon as the sandbox agrees', async () => {
    ownEndpoint('own');
    multiModel();
    expect(await release('own')).toMatchObject({ state: 'READY', live: true });
    expect(platform.validator.asked).toHaveLength(1);
    expect(platform.gpu.asked).toEqual([]);
  });

  test('of any other model serves once the multi-model endpoint has its archive and answered its sample', async () => {
    multiModel();
    expect(await release('shared')).toMatchObject({ state: 'READY', live: true });
    expect(platform.validator.asked).toHaveLength(1);
    expect(platform.gpu.asked).toEqual(['store shared/1', 'try maas-dev-multi-model shared/1']);
  });

  test('that the stage has no endpoint for fails at once, with what to set', async () => {
    ownEndpoint('other');
    expect(await release('nowhere')).toEqual({
      model: 'nowhere',
      version: '1',
      state: 'FAILED',
      reason:
        'stage dev has no GPU endpoint for it; set gpu.models.nowhere or gpu.multiModel in infra/settings/stages.ts, deploy, then push again',
      live: false,
    });
    expect(platform.validator.asked).toEqual([]);
    multiModel();
    expect((await validate('nowhere')).json).toMatchObject({ state: 'READY', live: true });
  });

  test('gives way to one for a CPU only when its endpoint is gone, since all requests go there', async () => {
    ownEndpoint('settled');
    await push({ ...doubling, name: 'settled' });
    expect((await validate('settled')).json).toMatchObject({
      state: 'FAILED',
      reason:
        'stage dev sends all requests for it to the GPU endpoint maas-dev-model-settled; give it the target sagemaker, or take gpu.models.settled out of infra/settings/stages.ts, deploy, then push again',
      live: false,
    });
    platform.gpu.reset();
    expect((await validate('settled')).json).toMatchObject({ state: 'READY', live: true });
  });

  test('called like a property of every object is not taken for one with an endpoint', async () => {
    expect(await release('constructor')).toMatchObject({ state: 'FAILED' });
    expect((await show('constructor')).endpoint).toMatchObject({
      name: 'maas-dev-model-constructor',
      status: 'absent',
    });
  });

  test('that the sandbox refuses is never tried on the endpoint', async () => {
    multiModel();
    platform.validator.verdict = async () => ({ valid: false, reason: 'model.onnx is no ONNX model' });
    expect(await release('broken')).toMatchObject({ state: 'FAILED', reason: 'model.onnx is no ONNX model' });
    expect(platform.gpu.asked).toEqual(['store broken/1']);
  });

  test('that Triton cannot take gets no archive, and the sandbox says why', async () => {
    multiModel();
    platform.validator.verdict = async () => ({ valid: false, reason: 'model.json asks for batching' });
    const outputs = [{ name: 'y', datatype: 'FP32' as const, shape: [1, 1] }];
    expect(await release('contradictory', { outputs })).toMatchObject({ reason: 'model.json asks for batching' });
    expect(platform.gpu.asked).toEqual([]);
  });

  test('that the model server cannot serve fails with its reason', async () => {
    multiModel();
    platform.gpu.result = async () => ({ outcome: 'failed', reason: 'failed to load: out of memory' });
    expect(await release('hungry')).toMatchObject({
      state: 'FAILED',
      reason: 'failed to load: out of memory',
      live: false,
    });
    expect((await show('hungry')).versions).toMatchObject([
      { state: 'FAILED', reason: 'failed to load: out of memory' },
    ]);
  });

  test('that is still being loaded at the end is not failed, and is tried again when it is pushed again', async () => {
    multiModel();
    platform.gpu.result = async () => ({ outcome: 'undecided', reason: 'still loading; push again in a minute' });
    expect(await release('slow')).toMatchObject({
      state: 'VALIDATING',
      reason: 'still loading; push again in a minute',
      live: false,
    });
    expect(await show('slow')).not.toHaveProperty('liveVersion');
    platform.gpu.result = async () => ({ outcome: 'agreed' });
    expect((await validate('slow')).json).toEqual({ model: 'slow', version: '1', state: 'READY', live: true });
    expect((await show('slow')).versions).not.toMatchObject([{ reason: expect.anything() }]);
  });

  test('is tried within the time that the call has left', async () => {
    multiModel();
    let budgetMs = 0;
    platform.gpu.result = async (given) => {
      budgetMs = given;
      return { outcome: 'agreed' };
    };
    await push(doublingOnGpu({ name: 'in-time' }));
    await validate('in-time', 9000);
    expect(budgetMs).toBe(7000);
  });

  test('whose archive is prepared while the sandbox works loses no time to it', async () => {
    multiModel();
    let begun: () => void = () => undefined;
    const storing = new Promise<void>((done) => {
      begun = done;
    });
    platform.gpu.storing = async () => begun();
    platform.validator.verdict = async () => {
      await storing;
      return { valid: true };
    };
    expect(await release('parallel')).toMatchObject({ state: 'READY' });
  });

  test('that lost its endpoint gets its archive on the multi-model one when it is pushed again', async () => {
    ownEndpoint('moved');
    expect(await release('moved')).toMatchObject({ state: 'READY' });
    platform.gpu.reset();
    multiModel();
    expect((await validate('moved')).json).toMatchObject({ state: 'READY', live: true });
    expect(platform.gpu.asked).toEqual(['store moved/1']);
  });
});

test('a model for functions has nothing to do with endpoints', async () => {
  await push({ ...doubling, name: 'plain' });
  expect((await validate('plain')).json).toMatchObject({ state: 'READY', live: true });
  expect(await show('plain')).not.toHaveProperty('endpoint');
  expect(platform.gpu.asked).toEqual([]);
});

describe('a model for GPUs shows its endpoint', () => {
  test('its own, as SageMaker describes it', async () => {
    ownEndpoint('pictured');
    await release('pictured');
    platform.gpu.state = { status: 'Failed', reason: 'The model could not be loaded.' };
    expect((await show('pictured')).endpoint).toEqual({
      name: 'maas-dev-model-pictured',
      status: 'Failed',
      reason: 'The model could not be loaded.',
    });
  });

  test('the one that it shares', async () => {
    multiModel();
    await release('sharing');
    expect((await show('sharing')).endpoint).toEqual({ name: 'maas-dev-multi-model', status: 'InService' });
  });

  test('as absent, with what to set, where the stage has none', async () => {
    await release('endless');
    expect((await show('endless')).endpoint).toEqual({
      name: 'maas-dev-model-endless',
      status: 'absent',
      reason: 'set gpu.models.endless or gpu.multiModel in infra/settings/stages.ts and deploy',
    });
    expect(platform.gpu.asked).toEqual([]);
  });
});
