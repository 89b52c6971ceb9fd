import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { uniform } from '../../../core/tensor/uniform.ts';
import { readInitializers } from '../../../models/onnx/read-initializers.ts';
import type { Architecture } from '../../../models/resnet50/architecture.ts';
import { build } from '../../../models/resnet50/build.ts';
import { plainForward } from '../../../models/resnet50/plain-forward.ts';
import { residualNetwork } from '../../../models/resnet50/residual-network.ts';
import { seededWeights } from '../../../models/resnet50/seeded-weights.ts';

/** All that ResNet-50 has, small: stages with and without stride, blocks with and without a convolution beside them. */
const small: Architecture = {
  imageSize: 64,
  stemChannels: 8,
  stages: [
    { channels: 4, blocks: 2 },
    { channels: 8, blocks: 2 },
    { channels: 12, blocks: 1 },
  ],
  classes: 7,
};
const picture = (seed: number): Float32Array => uniform(seed, 3 * 64 * 64).map((value) => value * 4 - 2);

test('a small network of the same making gives what the plain forward pass gives', async () => {
  const file = residualNetwork(small, seededWeights(3)).encode();
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1 });
  const [one, two] = [picture(1), picture(2)];
  const batch = new Tensor('float32', Float32Array.of(...one, ...two), [2, 3, 64, 64]);
  const logits = (await session.run({ image: batch })).logits?.data as Float32Array;
  const weights = readInitializers(file);
  const expected = [...plainForward(small, weights, one), ...plainForward(small, weights, two)];
  expect(expected.every(Number.isFinite)).toBe(true);
  // It depends on the picture: what agrees is no constant.
  expect(Math.abs((expected[0] ?? 0) - (expected[7] ?? 0))).toBeGreaterThan(0.01);
  for (const [at, value] of expected.entries()) expect(Math.abs((logits[at] ?? 0) - value)).toBeLessThan(1e-5);
});

test('a file that is another network is not compared with', () => {
  expect(() => plainForward(small, new Map(), picture(1))).toThrow('has no stem/weight');
});

test('every machine makes the same ResNet-50, the one whose digest is recorded', async () => {
  const steps: string[] = [];
  const file = await build((step) => steps.push(step));
  expect(steps).toHaveLength(2);
  expect(file).toHaveLength(102_141_995);
  const digest = createHash('sha256').update(file).digest('hex');
  expect(digest).toBe('5513ea6616cf0a4d4a6aaec1df37b7d3a2ea323cc1c6bf78550e691065659d8e');
  expect(readFileSync('models/resnet50/model.onnx.sha256', 'utf8')).toBe(`${digest}  model.onnx\n`);
  const weights = [...readInitializers(file).values()];
  expect(weights.reduce((count, { data }) => count + data.length, 0)).toBe(25_530_472);
}, 30_000);
