import type { WantedOutput } from '../instance/messages.ts';
import type { ModelFiles } from '../repository/model-files.ts';
import type { Datatype } from '../tensor/datatype.ts';
import { TritonError } from '../triton-error.ts';
import { json } from './json-reader.ts';

/** Values that have no order or no text. */
const unclassifiable: readonly Datatype[] = ['BOOL', 'FP16', 'BYTES'];

/**
 * Reads the request's `outputs`; absent or empty stands for all of the model's.
 *
 * @param binaryDefault how those come that the request does not list (`binary_data_output`); those that it lists come as JSON unless
 * they say otherwise themselves
 * @param prefix of Triton's messages about the request
 * @throws {TritonError}
 */
export function readOutputs(
  outputs: readonly unknown[] | undefined,
  binaryDefault: boolean,
  { name: model, config }: ModelFiles,
  prefix = '',
): WantedOutput[] {
  const wanted = new Map<string, WantedOutput>();
  for (const item of outputs ?? []) {
    const output = json.object(item);
    const parameters = json.parameters(output);
    const name = json.string(output, 'name');
    const classes = json.unsigned(parameters, 'classification') ?? 0;
    if (json.has(parameters, 'shared_memory_region')) {
      throw new TritonError('INVALID_ARG', 'shared memory is not served here: it has no meaning between machines');
    }
    if (wanted.has(name)) throw new TritonError('INVALID_ARG', `output '${name}' already requested`);
    wanted.set(name, { name, classes, binary: json.boolean(parameters, 'binary_data') ?? false });
  }
  const all =
    wanted.size > 0
      ? [...wanted.values()]
      : config.outputs.map(({ name }) => ({ name, classes: 0, binary: binaryDefault }));
  for (const { name, classes, binary } of all) {
    const spec = config.outputs.find((output) => output.name === name);
    if (spec === undefined) {
      throw new TritonError('INVALID_ARG', `${prefix}unexpected inference output '${name}' for model '${model}'`);
    }
    if (classes > 0 && unclassifiable.includes(spec.datatype)) {
      throw new TritonError(
        'INVALID_ARG',
        `class result not available for output due to unsupported type '${spec.datatype}'`,
      );
    }
    if (!binary && classes === 0 && spec.datatype === 'FP16') {
      throw new TritonError(
        'INVALID_ARG',
        'sending FP16 data via JSON is not supported. Please use the binary data format for output',
      );
    }
  }
  return all;
}
