import type { Datatype } from '../../tensor/datatype.ts';
import type { Manifest, TensorSpec } from '../manifest.ts';
import { tritonProblem } from './triton-problem.ts';

/** File of the class names, beside `config.pbtxt`. */
export const labelsFile = 'labels.txt';

/**
 * The configuration by which Triton serves a model with `target: sagemaker`, in protobuf's text format.
 *
 * - Inputs and outputs are stated in full, so Triton completes nothing by itself; it would add batching to a model that can batch.
 * - With batching Triton puts the rows before `dims` itself.
 * - Graph level 0 is all of ONNX Runtime's optimisations. No other accelerator than CUDA: TensorRT compiles for minutes at the first request.
 * - cuDNN's algorithms are chosen by rule (1, HEURISTIC). The default times every one for each convolution when a batch size comes for the
 *   first time, which holds up the requests of that moment. The same option under `execution_accelerators` is overwritten by the default.
 *
 * @throws Error for a model that is not for SageMaker, or that Triton could not serve as described
 * @see https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_configuration.md
 * @see https://github.com/triton-inference-server/onnxruntime_backend/blob/main/README.md
 */
export function configPbtxt(manifest: Manifest): string {
  const { name, target, inputs, outputs, labels } = manifest;
  if (target.kind !== 'sagemaker')
    throw new Error(`${name} has the target ${target.kind}, which takes no config.pbtxt`);
  const problem = tritonProblem(manifest);
  if (problem !== undefined) throw new Error(`${name} ${problem}`);
  const { batching, instancesPerGpu } = target;
  const tensor = (spec: TensorSpec, ...more: readonly string[]): string =>
    block([
      `name: ${text(spec.name)}`,
      `data_type: ${dataType(spec.datatype)}`,
      `dims: [ ${(batching === undefined ? spec.shape : spec.shape.slice(1)).join(', ')} ]`,
      ...more,
    ]);
  const labelled = labels === undefined ? [] : [`label_filename: ${text(labelsFile)}`];
  return `${[
    `name: ${text(name)}`,
    'backend: "onnxruntime"',
    `max_batch_size: ${batching?.rowsMax ?? 0}`,
    list(
      'input',
      inputs.map((spec) => tensor(spec)),
    ),
    list(
      'output',
      outputs.map((spec, index) => tensor(spec, ...(index === 0 ? labelled : []))),
    ),
    list('instance_group', [block([`count: ${instancesPerGpu}`, 'kind: KIND_GPU'])]),
    ...(batching === undefined ? [] : [`dynamic_batching { max_queue_delay_microseconds: ${batching.delayUs} }`]),
    'optimization { graph { level: 0 } }',
    'parameters { key: "cudnn_conv_algo_search" value { string_value: "1" } }',
    'version_policy { latest { num_versions: 1 } }',
  ].join('\n')}\n`;
}

const dataType = (datatype: Datatype): string => `TYPE_${datatype === 'BYTES' ? 'STRING' : datatype}`;

/** A string literal. Control characters become octal escapes, the only ones that every parser of the format knows. */
const text = (value: string): string =>
  `"${value.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll(/\p{Cc}/gu, escaped)}"`;

const escaped = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

const block = (lines: readonly string[]): string => `{\n${indented(lines)}\n}`;

const list = (field: string, entries: readonly string[]): string => `${field} [\n${indented([entries.join(',\n')])}\n]`;

// Not by /^/m, which finds lines within names too: U+2028 begins one in JavaScript.
const indented = (lines: readonly string[]): string => `  ${lines.join('\n').replaceAll('\n', '\n  ')}`;
