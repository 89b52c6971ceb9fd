import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ArtifactStore } from '../../../core/catalog/artifact-store.ts';
import type { ModelVersion } from '../../../core/catalog/model-version.ts';
import { OnnxEngine } from '../../../core/engine/onnx/onnx-engine.ts';
import { doubling, manifest } from '../inference/manifests.ts';
import { modelVersion } from '../inference/platform.ts';
import { doublingModel, identityModel, onnxFile, tensorProto } from './onnx-file.ts';

/** Artifacts in memory, that count how often each is read. */
function store(...files: Uint8Array[]) {
  const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const contents = new Map(files.map((bytes) => [digest(bytes), bytes]));
  const reads: string[] = [];
  const artifacts: ArtifactStore = {
    read: async ({ sha256 }) => {
      reads.push(sha256);
      const bytes = contents.get(sha256);
      if (bytes === undefined) throw new Error('no such artifact');
      return bytes;
    },
  };
  return { artifacts, reads, contents, digest };
}

const double = (version = '1', file: Uint8Array = doublingModel()): ModelVersion =>
  modelVersion({ manifest: doubling, files: { 'model.onnx': file }, version });
const x = (...values: number[]) => ({
  name: 'x',
  datatype: 'FP32' as const,
  shape: [values.length, 1],
  data: Float32Array.from(values),
});

test('runs a model and says how long it took', async () => {
  const { artifacts } = store(doublingModel());
  const { outputs, computeMs } = await new OnnxEngine(artifacts, 1e6).run(double(), [x(1, -3)]);
  expect(outputs).toEqual([{ name: 'y', datatype: 'FP32', shape: [2, 1], data: Float32Array.of(2, -6) }]);
  expect(computeMs).toBeGreaterThan(0);
});

test('gives only the outputs asked for', async () => {
  const file = identityModel([
    { name: 'a', datatype: 'INT8', shape: [] },
    { name: 'b', datatype: 'INT8', shape: [] },
  ]);
  const both = manifest({
    name: 'both',
    inputs: ['a', 'b'].map((name) => ({ name, datatype: 'INT8' as const, shape: [] })),
    outputs: ['a_out', 'b_out'].map((name) => ({ name, datatype: 'INT8' as const, shape: [] })),
  });
  const inputs = ['a', 'b'].map((name, at) => ({ name, datatype: 'INT8' as const, shape: [], data: Int8Array.of(at) }));
  const engine = new OnnxEngine(store(file).artifacts, 1e6);
  const version = modelVersion({ manifest: both, files: { 'model.onnx': file } });
  expect((await engine.run(version, inputs, ['b_out'])).outputs).toEqual([
    { name: 'b_out', datatype: 'INT8', shape: [], data: Int8Array.of(1) },
  ]);
});

describe('a model is loaded', () => {
  test('once, however many want it at the same time', async () => {
    const { artifacts, reads } = store(doublingModel());
    const engine = new OnnxEngine(artifacts, 1e6);
    await Promise.all([1, 2, 3].map(() => engine.run(double(), [x(1)])));
    await engine.run(double(), [x(1)]);
    expect(reads).toHaveLength(1);
  });

  test('ahead of its first run, if asked to, and not a second time', async () => {
    const { artifacts, reads } = store(doublingModel());
    const engine = new OnnxEngine(artifacts, 1e6);
    await engine.load(double());
    expect(reads).toHaveLength(1);
    await engine.run(double(), [x(1)]);
    expect(reads).toHaveLength(1);
  });

  test('and makes room for itself also when it never runs', async () => {
    const { artifacts, reads } = store(doublingModel());
    const engine = new OnnxEngine(artifacts, doublingModel().length * 2);
    for (const version of ['1', '2', '3', '1']) await engine.load(double(version));
    expect(reads).toHaveLength(4);
  });

  test('anew after a failure', async () => {
    const { artifacts, contents, digest } = store();
    const engine = new OnnxEngine(artifacts, 1e6);
    await expect(engine.run(double(), [x(1)])).rejects.toThrow('no such artifact');
    contents.set(digest(doublingModel()), doublingModel());
    await expect(engine.run(double(), [x(1)])).resolves.toBeTruthy();
  });

  test('again when others took its place, the least recently used going first', async () => {
    const { artifacts, reads } = store(doublingModel());
    const size = doublingModel().length;
    const engine = new OnnxEngine(artifacts, size * 2);
    for (const version of ['1', '2', '1', '3', '1', '2']) await engine.run(double(version), [x(1)]);
    // 1, 2 and 3 are read; 3 pushes 2 out, as 1 was used since; 2 is read again.
    expect(reads).toHaveLength(4);
  });

  test('even when it is larger than the whole limit, and runs while another pushes it out', async () => {
    const engine = new OnnxEngine(store(doublingModel()).artifacts, 1);
    const runs = ['1', '2', '3', '1'].map((version) => engine.run(double(version), [x(4)]));
    for (const { outputs } of await Promise.all(runs)) expect(outputs[0]?.data).toEqual(Float32Array.of(8));
  });

  test('never with a signature other than its manifest’s', async () => {
    const file = identityModel([{ name: 'x', datatype: 'INT64', shape: ['n', 1] }]);
    const engine = new OnnxEngine(store(file).artifacts, 1e6);
    await expect(engine.run(double('1', file), [x(1)])).rejects.toThrow(
      "input 'x' is int64 in the model, FP32 in the manifest",
    );
  });
});

describe('a run that fails', () => {
  test.each([
    ['Gather', 1, 'indices element out of data bounds, idx=99 must be within the inclusive range [-3,2]'],
    ['GatherND', 2, 'invalid index found, index = 99'],
    ['GatherElements', 1, 'Out of range value in index tensor'],
  ])(
    'for a value of the caller’s is a 400 that says which, without the names inside the model (%s)',
    async (op, rank, words) => {
      const shape = rank === 1 ? [-1] : [-1, 1];
      const file = onnxFile({
        inputs: [{ name: 'ids', datatype: 'INT64', shape: rank === 1 ? ['n'] : ['n', 1] }],
        outputs: [{ name: 'found', datatype: 'FP32', shape: ['n'] }],
        nodes: [{ op, inputs: ['secret table', 'ids'], outputs: ['found'] }],
        initializers: [tensorProto('secret table', 'FP32', [3], Float32Array.of(1, 2, 3))],
      });
      const lookup = manifest({
        name: 'lookup',
        inputs: [{ name: 'ids', datatype: 'INT64', shape }],
        outputs: [{ name: 'found', datatype: 'FP32', shape: [-1] }],
      });
      const version = modelVersion({ manifest: lookup, files: { 'model.onnx': file } });
      const engine = new OnnxEngine(store(file).artifacts, 1e6);
      const ids = { name: 'ids', datatype: 'INT64' as const, shape: shape.map(Math.abs), data: BigInt64Array.of(99n) };
      await expect(engine.run(version, [ids])).rejects.toMatchObject({
        status: 400,
        message: `model 'lookup' refuses the input: ${words}`,
      });
    },
  );

  test('for a dimension that only the model fixes is a 400', async () => {
    const file = onnxFile({
      inputs: [{ name: 'x', datatype: 'FP32', shape: ['n', 2] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: ['n', 2] }],
      nodes: [{ op: 'Identity', inputs: ['x'], outputs: ['y'] }],
    });
    const version = modelVersion({
      manifest: manifest({
        name: 'two',
        inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
        outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 2] }],
      }),
      files: { 'model.onnx': file },
    });
    const engine = new OnnxEngine(store(file).artifacts, 1e6);
    await expect(engine.run(version, [x(1)])).rejects.toMatchObject({ status: 400 });
  });
});
