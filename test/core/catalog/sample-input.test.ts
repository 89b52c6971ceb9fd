import { expect, test } from 'vitest';
import { manifestSchema } from '../../../core/catalog/manifest.ts';
import { sampleTensor } from '../../../core/catalog/validate/sample-tensor.ts';
import { uniform } from '../../../core/tensor/uniform.ts';
import { doubling } from '../inference/manifests.ts';

const withInput = (input: object): unknown => ({ ...doubling, sample: { ...doubling.sample, inputs: [input] } });

test('a sample input is written down, or made of a seed', () => {
  const made = { name: 'x', datatype: 'FP32', shape: [3, 1], uniform: { seed: 5 } };
  const { sample, inputs } = manifestSchema.parse(withInput(made));
  const [input] = sample.inputs;
  const [spec] = inputs;
  if (input === undefined || spec === undefined) throw new Error('the sample was lost');
  expect(sampleTensor('double', spec, input)).toEqual({
    name: 'x',
    datatype: 'FP32',
    shape: [3, 1],
    data: uniform(5, 3),
  });
});

test.each([
  [
    'has both',
    { name: 'x', datatype: 'FP32', shape: [1, 1], data: [1], uniform: { seed: 5 } },
    'either data or uniform',
  ],
  ['has neither', { name: 'x', datatype: 'FP32', shape: [1, 1] }, 'either data or uniform'],
  ['is made as integers', { name: 'x', datatype: 'INT64', shape: [1, 1], uniform: { seed: 5 } }, 'FP32 only'],
  ['has a seed of another kind', { name: 'x', datatype: 'FP32', shape: [1, 1], uniform: { seed: -1 } }, 'seed'],
])('a sample input that %s is refused', (_, input, words) => {
  const { success, error } = manifestSchema.safeParse(withInput(input));
  expect(success).toBe(false);
  expect(error?.message).toContain(words);
});

test('an output is always written down', () => {
  const outputs = [{ name: 'y', datatype: 'FP32', shape: [1, 1], uniform: { seed: 5 } }];
  expect(manifestSchema.safeParse({ ...doubling, sample: { ...doubling.sample, outputs } }).success).toBe(false);
});

test('a made input of a shape that the model does not take is refused before it is made', () => {
  const [spec] = doubling.inputs;
  if (spec === undefined) throw new Error('no input');
  const input = { name: 'x', datatype: 'FP32' as const, shape: [2 ** 40, 1], uniform: { seed: 5 } };
  expect(() => sampleTensor('double', spec, input)).toThrow('exceed maximum size');
});
