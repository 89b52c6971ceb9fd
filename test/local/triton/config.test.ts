import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../local/triton/config/read-config.ts';

const tensors = `
input { name: "x" data_type: TYPE_FP32 dims: [ 3 ] }
output { name: "y" data_type: TYPE_FP32 dims: [ 2 ] }`;
const base = `name: "m" backend: "onnxruntime" ${tensors}`;
const failure = (text: string): string => {
  try {
    readConfig(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was read');
};

describe('a configuration', () => {
  it('says what is served', () => {
    const { config, ineffective } = readConfig(`
      name: "m" platform: "onnxruntime_onnx" max_batch_size: 16
      input [
        { name: "x" data_type: TYPE_FP32 dims: [ -1, 224 ] reshape { shape: [ 224, -1 ] } },
        { name: "s" data_type: TYPE_STRING dims: 1 reshape: { shape: [] } }
      ]
      output { name: "y" data_type: TYPE_INT64 dims: [ 2 ] label_filename: "labels.txt" }
      instance_group [ { count: 2 kind: KIND_GPU }, { kind: KIND_CPU } ]
      dynamic_batching {
        preferred_batch_size: [ 8, 4 ] max_queue_delay_microseconds: 500
        default_queue_policy { timeout_action: DELAY default_timeout_microseconds: 9 max_queue_size: 7 allow_timeout_override: true }
      }
      version_policy: { specific: { versions: [ 1, 281474976710656 ] } }
      optimization { graph { level: 1 } }
      parameters { key: "intra_op_thread_count" value: { string_value: "3" } }
    `);
    expect(config).toEqual({
      name: 'm',
      rowsMax: 16,
      inputs: [
        { name: 'x', datatype: 'FP32', dims: [-1, 224], reshape: [224, -1] },
        { name: 's', datatype: 'BYTES', dims: [1], reshape: [] },
      ],
      outputs: [{ name: 'y', datatype: 'INT64', dims: [2], labelFilename: 'labels.txt' }],
      instances: 3,
      gpu: true,
      batching: {
        rowsMax: 16,
        preferredRows: [4, 8],
        delayUsMax: 500,
        queueSizeMax: 7,
        timeoutUs: 9,
        timeoutAction: 'DELAY',
        timeoutOverride: true,
      },
      versionPolicy: { kind: 'specific', versions: [1, 281474976710656] },
      graphOptimization: 'extended',
      threads: 3,
      modelFilename: 'model.onnx',
    });
    expect(ineffective).toEqual([expect.stringMatching(/^parameters: /)]);
  });

  it('has the defaults of Triton for what it does not say', () => {
    const { config } = readConfig(base);
    expect(config).toMatchObject({
      rowsMax: 0,
      instances: 1,
      gpu: true,
      batching: undefined,
      versionPolicy: { kind: 'latest', count: 1 },
      graphOptimization: 'all',
      threads: undefined,
      modelFilename: 'model.onnx',
    });
    const batched = readConfig(`${base} max_batch_size: 4 dynamic_batching { }`).config.batching;
    expect(batched).toMatchObject({ preferredRows: [4], delayUsMax: 0, queueSizeMax: 0, timeoutUs: 0 });
  });

  it('tells which of its fields make no difference here, and why', () => {
    const { ineffective } = readConfig(`${base}
      optimization { cuda { graphs: true } execution_accelerators { gpu_execution_accelerator { name: "tensorrt" } } }
      model_warmup { name: "w" batch_size: 1 inputs { key: "x" value { data_type: TYPE_FP32 dims: 3 zero_data: true } } }
      instance_group { gpus: [ 0 ] rate_limiter { resources { name: "r" count: 1 } } }
      instance_group { gpus: [ 0 ] }`);
    expect(ineffective.map((text) => text.split(':')[0])).toEqual([
      'optimization.cuda',
      'optimization.execution_accelerators',
      'model_warmup',
      'instance_group.gpus',
      'instance_group.rate_limiter',
    ]);
  });

  it.each([
    [
      'a field that nobody knows',
      `${base}\n  max_batch: 8`,
      '4:3: Message type "inference.ModelConfig" has no field named "max_batch".',
    ],
    [
      'an unknown field within',
      `${base} version_policy { latest { versions: 1 } }`,
      'Message type "inference.ModelVersionPolicy.Latest" has no field named "versions".',
    ],
    ['a field twice', `${base}\nname: "n"`, '4:1: Non-repeated field "name" is specified multiple times.'],
    [
      'two of one choice',
      `${base} version_policy { latest { } all { } }`,
      'Field "all" is specified along with field "latest", another member of oneof "policy_choice".',
    ],
    [
      'an unknown word',
      `${base} instance_group { kind: KIND_TPU }`,
      'Unknown enumeration value of "KIND_TPU" for field "kind".',
    ],
    ['a number for a string', `${base} default_model_filename: 5`, 'Expected string, got: 5'],
    ['a string for a number', `${base} max_batch_size: "8"`, 'Expected integer, got: 8'],
    ['a fraction', `${base} max_batch_size: 1.5`, 'Expected integer, got: 1.5'],
    ['a number out of range', `${base} max_batch_size: 4294967296`, 'Integer out of range (4294967296)'],
    ['a negative size', `${base} dynamic_batching { max_queue_delay_microseconds: -1 }`, 'Integer out of range (-1)'],
    [
      'sequences',
      `${base} sequence_batching { }`,
      'field "sequence_batching" of "inference.ModelConfig" is not served here',
    ],
    ['ensembles', `${base} ensemble_scheduling { step { model_name: "x" } }`, 'field "ensemble_scheduling"'],
    [
      'a custom operator library',
      `${base} model_operations { op_library_filename: "x.so" }`,
      'libraries are not loaded',
    ],
  ])('is refused, with the place, when it has %s', (_, text, message) => {
    expect(failure(text)).toContain(message);
    expect(failure(text)).toMatch(/^\d+:\d+: /);
  });

  it.each([
    ['another backend', `name: "m" backend: "python" ${tensors}`, 'backend: only onnxruntime is served here for m'],
    [
      'another platform',
      `name: "m" platform: "tensorrt_plan" ${tensors}`,
      'platform: only onnxruntime_onnx is served here for m',
    ],
    ['no backend', `name: "m" ${tensors}`, "must specify 'platform' or 'backend' for m"],
    [
      'no inputs',
      'name: "m" backend: "onnxruntime" output { name: "y" data_type: TYPE_FP32 dims: 1 }',
      "must specify 'input'",
    ],
    ['no dims', `${base} input { name: "z" data_type: TYPE_FP32 }`, "must specify 'dims' for m"],
    [
      'a dimension of 0',
      `${base} input { name: "z" data_type: TYPE_FP32 dims: 0 }`,
      'dimension must be integer >= 1, or -1 to indicate a variable-size dimension',
    ],
    [
      'a type that the runtime has not',
      `${base} input { name: "z" data_type: TYPE_BF16 dims: 1 }`,
      'unsupported datatype TYPE_BF16',
    ],
    ['a name twice', `${base} input { name: "x" data_type: TYPE_FP32 dims: 1 }`, 'has a name twice'],
    [
      'a reshape of another size',
      `${base} input { name: "z" data_type: TYPE_FP32 dims: 6 reshape { shape: [ 2, 2 ] } }`,
      "'z' has different size for dims and reshape",
    ],
    [
      'an empty reshape without batches',
      `${base} input { name: "z" data_type: TYPE_FP32 dims: 1 reshape { } }`,
      'cannot have empty reshape for non-batching model',
    ],
    [
      'shape tensors',
      `${base} input { name: "z" data_type: TYPE_FP32 dims: 1 is_shape_tensor: true }`,
      'shape tensors are supported for TensorRT models only',
    ],
    [
      'a preferred batch beyond the largest',
      `${base} max_batch_size: 2 dynamic_batching { preferred_batch_size: 4 }`,
      'dynamic batching preferred size must be <= max batch size for m',
    ],
    ['a negative batch', `${base} max_batch_size: -1`, "'max_batch_size' must be non-negative value"],
    ['a file elsewhere', `${base} default_model_filename: "../model.onnx"`, 'must be the name of a file'],
    [
      'priorities',
      `${base} max_batch_size: 2 dynamic_batching { priority_levels: 2 }`,
      'all requests have the same priority here',
    ],
    ['instances without end', `${base} instance_group { count: 1000 }`, 'at most 64 instances'],
  ])('is refused when it has %s', (_, text, message) => {
    expect(failure(text)).toContain(message);
  });
});
