import { expect, test } from 'vitest';
import type { Manifest } from '../../../../core/catalog/manifest.ts';
import { targetModel } from '../../../../core/catalog/triton/multi-model-key.ts';
import { doubling } from '../../inference/manifests.ts';
import { doublingOnGpu, gpuTarget } from './gpu-manifests.ts';

const sha256 = 'c0ffee'.padEnd(64, '0');

test('an archive has a name of its own as soon as anything in it differs, since SageMaker keeps what it has loaded', () => {
  const changes: Partial<Manifest>[] = [
    {},
    { labels: ['a'] },
    { target: gpuTarget() },
    { target: gpuTarget({ batching: { rowsMax: 9, delayUs: 500 } }) },
    { target: gpuTarget({ batching: { rowsMax: 8, delayUs: 500 }, instancesPerGpu: 2 }) },
    { inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, -1] }] },
    { outputs: [...doubling.outputs, { name: 'z', datatype: 'FP32', shape: [-1] }] },
    { name: 'other' },
  ];
  const names = changes.map((change) => targetModel(doublingOnGpu(change), sha256));
  expect(new Set([...names, targetModel(doublingOnGpu(), 'd'.repeat(64))]).size).toBe(changes.length + 1);
});

test('what is not in the archive changes nothing: the model is not loaded twice', () => {
  const name = targetModel(doublingOnGpu(), sha256);
  expect(name).toMatch(/^double\/212205442170880-[0-9a-f]{12}\.tar\.gz$/);
  const target = { ...doublingOnGpu().target, instanceType: 'ml.g6.xlarge' } as Manifest['target'];
  expect(targetModel(doublingOnGpu({ description: 'Other.', price: { unit: 'items' }, target }), sha256)).toBe(name);
});
