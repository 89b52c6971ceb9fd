import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { manifestSchema } from '../../../core/catalog/manifest.ts';
import { imageToTensor } from '../../../core/task/image-classification/image-to-tensor.ts';

const manifest = manifestSchema.parse(JSON.parse(readFileSync('models/fashion/model.json', 'utf8')));
const { preprocessing, inputs, labels = [], sample } = manifest;
const [input] = inputs;
if (preprocessing?.kind !== 'image' || input === undefined) throw new Error('fashion takes no pictures');

const pixels = async (name: string): Promise<Float32Array> => {
  const tensor = await imageToTensor(readFileSync(`models/fashion/sample/${name}.png`), input, preprocessing);
  expect(tensor.shape).toEqual([1, 1, 28, 28]);
  return tensor.data as Float32Array;
};

test.each([
  ['ankle-boot', 'Ankle boot'],
  ['trouser', 'Trouser'],
  ['bag', 'Bag'],
  ['pullover', 'Pullover'],
])('the sample picture %s, sent as it is, is called %s', async (name, label) => {
  const session = await InferenceSession.create('models/fashion/model.onnx', { intraOpNumThreads: 1 });
  const { logits } = await session.run({ [input.name]: new Tensor('float32', await pixels(name), [1, 1, 28, 28]) });
  const scores = logits?.data as Float32Array;
  expect(labels[scores.indexOf(Math.max(...scores))]).toBe(label);
});

test('the sample request in the manifest is the ankle boot', async () => {
  const expected = await pixels('ankle-boot');
  for (const [at, value] of (sample.inputs[0]?.data ?? []).entries()) expect(value).toBeCloseTo(expected[at] ?? 0, 3);
});
