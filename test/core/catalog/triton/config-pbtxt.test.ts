import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Manifest,
  manifestSchema,
  type SageMakerTarget,
  type TensorSpec,
} from '../../../../core/catalog/manifest.ts';
import { configPbtxt } from '../../../../core/catalog/triton/config-pbtxt.ts';
import { readConfig } from '../../../../local/triton/config/read-config.ts';
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
    const name = 'x"\n}\\\u0000 ]\u0085ü\t\u2028';
    const config = configPbtxt(doublingOnGpu({ inputs: tensors([name, 'FP32', [-1, 1]]) }));
    expect(config).toContain('    name: "x\\"\\012}\\\\\\000 ]\\302\\205ü\\011\u2028"\n');
  });

  test('is refused to a model that is not for SageMaker, or that Triton could not serve', () => {
    expect(() => configPbtxt(doubling)).toThrow('double has the target lambda');
    expect(() => configPbtxt(doublingOnGpu({ inputs: tensors(['x', 'FP32', [1, 1]]) }))).toThrow('asks for batching');
  });
});

test('every manifest that Triton can serve gives a configuration that our model server reads as it was meant', () => {
  fc.assert(
    fc.property(anyGpuManifest, (of) => {
      const { config } = readConfig(configPbtxt(of));
      const { batching, instancesPerGpu } = of.target as SageMakerTarget;
      const read = (specs: readonly TensorSpec[]) =>
        specs.map(({ name, datatype, shape }) => ({
          name: name.toWellFormed(),
          datatype,
          dims: batching === undefined ? shape : shape.slice(1),
        }));
      expect(config).toMatchObject({
        name: of.name,
        rowsMax: batching?.rowsMax ?? 0,
        inputs: read(of.inputs),
        instances: instancesPerGpu,
        gpu: true,
        graphOptimization: 'all',
        modelFilename: 'model.onnx',
        versionPolicy: { kind: 'latest', count: 1 },
      });
      const [first, ...others] = read(of.outputs);
      const labels = of.labels === undefined ? {} : { labelFilename: 'labels.txt' };
      expect(config.outputs).toEqual([{ ...first, ...labels }, ...others]);
      expect(config.batching?.delayUsMax).toBe(batching?.delayUs);
    }),
  );
});
