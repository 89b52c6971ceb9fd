import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Manifest, manifestSchema, type TensorSpec } from '../../../../core/catalog/manifest.ts';
import { configPbtxt } from '../../../../core/catalog/triton/config-pbtxt.ts';
import { doubling, manifest } from '../../inference/manifests.ts';
import { anyGpuManifest, doublingOnGpu, gpuTarget } from './gpu-manifests.ts';

const catalogued = (name: string, changes: Partial<Manifest>): Manifest => ({
  ...manifestSchema.parse(
    JSON.parse(readFileSync(new URL(`../../../../models/${name}/model.json`, import.meta.url), 'utf8')),
  ),
  ...changes,
});

const tensors = (...specs: [name: string, datatype: TensorSpec['datatype'], shape: number[]][]): TensorSpec[] =>
  specs.map(([name, datatype, shape]) => ({ name, datatype, shape }));

describe('the configuration that Triton gets', () => {
  test('for a model of pictures that batches', () => {
    const target = gpuTarget({ batching: { rowsMax: 32, delayUs: 2000 }, instancesPerGpu: 2 });
    expect(configPbtxt(catalogued('fashion', { target }))).toBe(`name: "fashion"
backend: "onnxruntime"
max_batch_size: 32
input [
  {
    name: "image"
    data_type: TYPE_FP32
    dims: [ 1, 28, 28 ]
  }
]
output [
  {
    name: "logits"
    data_type: TYPE_FP32
    dims: [ 10 ]
    label_filename: "labels.txt"
  }
]
instance_group [
  {
    count: 2
    kind: KIND_GPU
  }
]
dynamic_batching { max_queue_delay_microseconds: 2000 }
optimization { graph { level: 0 } }
parameters { key: "cudnn_conv_algo_search" value { string_value: "1" } }
version_policy { latest { num_versions: 1 } }
`);
  });

  test('for a model of texts that does not', () => {
    const config = configPbtxt(catalogued('spam', { target: gpuTarget() }));
    expect(config).toContain('max_batch_size: 0\n');
    expect(config).toMatch(
      /input \[\n {2}\{\n {4}name: "\w+"\n {4}data_type: TYPE_INT(32|64)\n {4}dims: \[ -1, \d+ \]/,
    );
    expect(config).not.toContain('dynamic_batching');
  });

  test('for several inputs and outputs, of which the first names the classes', () => {
    const config = configPbtxt(
      manifest({
        name: 'many',
        target: gpuTarget({ batching: { rowsMax: 4, delayUs: 0 } }),
        labels: ['a', 'b'],
        inputs: tensors(['words', 'BYTES', [-1, -1]], ['mask', 'BOOL', [-1, 7]], ['half', 'FP16', [-1, 2, 3]]),
        outputs: tensors(['scores', 'FP64', [-1, 2]], ['ids', 'UINT64', [-1, 5]]),
      }),
    );
    expect(config).toContain(`input [
  {
    name: "words"
    data_type: TYPE_STRING
    dims: [ -1 ]
  },
  {
    name: "mask"
    data_type: TYPE_BOOL
    dims: [ 7 ]
  },
  {
    name: "half"
    data_type: TYPE_FP16
    dims: [ 2, 3 ]
  }
]
output [
  {
    name: "scores"
    data_type: TYPE_FP64
    dims: [ 2 ]
    label_filename: "labels.txt"
  },
  {
    name: "ids"
    data_type: TYPE_UINT64
    dims: [ 5 ]
  }
]`);
  });

  test('cannot be escaped from by the name of a tensor', () => {
    const name = 'x"\n}\\\u0000 ]\u0085ü\t';
    const config = configPbtxt(doublingOnGpu({ inputs: tensors([name, 'FP32', [-1, 1]]) }));
    expect(config).toContain('    name: "x\\"\\012}\\\\\\000 ]\\302\\205ü\\011"\n');
  });

  test('is refused to a model that is not for SageMaker, or that Triton could not serve', () => {
    expect(() => configPbtxt(doubling)).toThrow('double has the target lambda');
    expect(() => configPbtxt(doublingOnGpu({ inputs: tensors(['x', 'FP32', [1, 1]]) }))).toThrow('asks for batching');
  });
});

/** The tokens of the text format, strings decoded. */
function tokens(config: string): string[] {
  const found: string[] = [];
  const token = /\s*(?:"((?:[^"\\\n]|\\.)*)"|(-?\w+:?|[[\]{},]))/gy;
  while (token.lastIndex < config.trimEnd().length) {
    const [, literal, other] = token.exec(config) ?? expect.fail(`no token at ${config.slice(token.lastIndex, 50)}`);
    found.push(literal === undefined ? (other ?? '') : decoded(literal));
  }
  return found;
}

const dimensions = (read: readonly string[]): number[] =>
  read
    .slice(0, read.indexOf(']'))
    .filter((each) => each !== ',')
    .map(Number);

const decoded = (literal: string): string =>
  Buffer.concat(
    [...literal.matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gsu)].map(([, octal, escaped, plain]) =>
      octal === undefined ? Buffer.from(escaped ?? plain ?? '') : Buffer.of(Number.parseInt(octal, 8)),
    ),
  ).toString();

test('every manifest that Triton can serve gives a configuration that reads back as it was meant', () => {
  fc.assert(
    fc.property(anyGpuManifest, (of) => {
      const { name, inputs, outputs, target } = of;
      const read = tokens(configPbtxt(of));
      const after = (key: string): string[] =>
        read.flatMap((each, index) => (each === key ? [read[index + 1] ?? ''] : []));
      const names = [...inputs, ...outputs].map((spec) => Buffer.from(spec.name).toString());
      expect(after('name:')).toEqual([name, ...names]);
      const rowsMax = target.kind === 'sagemaker' ? target.batching?.rowsMax : undefined;
      expect(after('max_batch_size:')).toEqual([String(rowsMax ?? 0)]);
      const shapes = read.flatMap((each, index) => (each === 'dims:' ? [dimensions(read.slice(index + 2))] : []));
      expect(shapes).toEqual([...inputs, ...outputs].map(({ shape }) => shape.slice(rowsMax === undefined ? 0 : 1)));
      for (const [open, close] of ['[]', '{}']) {
        expect(read.filter((each) => each === open).length).toBe(read.filter((each) => each === close).length);
      }
    }),
  );
});
