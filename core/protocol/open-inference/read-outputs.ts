import { InvalidInputError } from '../../api/maas-error.ts';
import type { ModelVersion } from '../../catalog/model-version.ts';
import { quoted } from '../../tensor/quoted.ts';
import { readObject } from './read-object.ts';
import { booleanParameter, readParameters } from './read-parameters.ts';

/** An output that the client wants, and how. */
export interface WantedOutput {
  readonly name: string;
  readonly binary: boolean;
}

/**
 * Reads the request's `outputs`; absent or empty stands for all of the model's.
 *
 * @param binaryDefault the request-wide `binary_data_output`, which an output's own `binary_data` overrides
 * @throws {InvalidInputError} unknown or repeated outputs, and FP16 as JSON, which the protocol has no form for
 */
export function readOutputs(outputs: unknown, binaryDefault: boolean, model: ModelVersion): WantedOutput[] {
  if (outputs !== undefined && !Array.isArray(outputs)) {
    throw new InvalidInputError("'outputs' must be an array; leave it out to get all outputs");
  }
  const specs = new Map(model.manifest.outputs.map((spec) => [spec.name, spec]));
  const wanted = new Map<string, WantedOutput>();
  for (const item of outputs ?? []) {
    const output = readObject(item, 'each of the outputs');
    const name = output['name'];
    if (typeof name !== 'string') throw new InvalidInputError("each of the outputs must have a string 'name'");
    if (!specs.has(name)) {
      throw new InvalidInputError(
        `unexpected inference output ${quoted(name)} for model '${model.model}', allowed outputs are: ${[...specs.keys()].join(', ')}`,
      );
    }
    if (wanted.has(name)) throw new InvalidInputError(`output ${quoted(name)} already requested`);
    const where = `output ${quoted(name)}`;
    const parameters = readParameters(output['parameters'], where);
    wanted.set(name, { name, binary: booleanParameter(parameters, 'binary_data', where) ?? binaryDefault });
  }
  const all =
    wanted.size > 0 ? [...wanted.values()] : [...specs.keys()].map((name) => ({ name, binary: binaryDefault }));
  for (const { name, binary } of all) {
    if (!binary && specs.get(name)?.datatype === 'FP16') {
      throw new InvalidInputError(
        `output ${quoted(name)} is FP16, which has no JSON form; ask for it with parameters.binary_data true`,
      );
    }
  }
  return all;
}
