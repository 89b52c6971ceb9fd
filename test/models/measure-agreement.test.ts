import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { measureAgreement } from '../../models/measure-agreement.ts';
import { OnnxGraph } from '../../models/onnx/onnx-graph.ts';
import type { ReferenceCase } from '../../models/reference.ts';
import { manifest } from '../core/inference/manifests.ts';

const twice = manifest({
  name: 'twice',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 2] }],
});
let folder: string;
let artifact: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'measure-agreement-'));
  artifact = join(folder, 'model.onnx');
  const graph = new OnnxGraph('twice');
  const x = graph.input({ name: 'x', shape: [2] });
  graph.output({ name: 'y', shape: [2] }, graph.node('Add', { name: 'sum', inputs: [x, x] }));
  writeFileSync(artifact, graph.encode());
});
afterAll(() => rmSync(folder, { recursive: true }));

const against = async (...cases: readonly ReferenceCase[]) => {
  const done: number[] = [];
  const reference = {
    dataset: 'by hand',
    size: cases.length,
    cases: async function* () {
      yield* cases;
    },
  };
  const { quality } = await measureAgreement(twice, artifact, reference, (count) => done.push(count));
  expect(done).toEqual(cases.map((_, at) => at + 1));
  return quality;
};

test('the largest difference of any number in any case is what counts, to two digits', async () => {
  expect(
    await against(
      { input: Float32Array.of(1, 2), expected: [2, 4] },
      { input: Float32Array.of(0, 0), expected: [0.01, -0.12345] },
      { input: Float32Array.of(3, 3), expected: [6.01, 6] },
    ),
  ).toEqual({ dataset: 'by hand', samples: 3, errorMax: 0.12 });
});

test('an answer that is no number, or of another length, never agrees', async () => {
  expect(await against({ input: Float32Array.of(Number.NaN, 1), expected: [2, 2] })).toMatchObject({
    errorMax: Number.NaN,
  });
  await expect(against({ input: Float32Array.of(1, 1), expected: [2] })).rejects.toThrow(
    'gives 2 numbers, its reference 1',
  );
});
