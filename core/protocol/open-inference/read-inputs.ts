import { InvalidInputError } from '../../api/maas-error.ts';
import type { ModelVersion } from '../../catalog/model-version.ts';
import { checkInput } from '../../inference/check-input.ts';
import { BinaryTensor } from '../../tensor/binary-tensor.ts';
import type { Datatype } from '../../tensor/datatype.ts';
import { elementBytes } from '../../tensor/element-bytes.ts';
import { tensorFromJson } from '../../tensor/from-json.ts';
import { quoted } from '../../tensor/quoted.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import { readObject } from './read-object.ts';
import { readParameters, sizeParameter } from './read-parameters.ts';

/**
 * Reads the request's `inputs`, in any order, JSON and binary mixed as the client likes. Binary ones take their bytes from `binary` one
 * after the other in the order of the request, and must use all of it.
 *
 * @param exact whether the JSON was parsed with exact integers
 * @returns the tensors in the model's order
 * @throws {InvalidInputError} names the input and what was expected
 */
export function readInputs(inputs: unknown, binary: Uint8Array, model: ModelVersion, exact: boolean): Tensor[] {
  if (!Array.isArray(inputs)) throw new InvalidInputError("the request must have 'inputs', an array of tensors");
  const specs = new Map(model.manifest.inputs.map((spec) => [spec.name, spec]));
  const tensors = new Map<string, Tensor>();
  let at = 0;
  for (const item of inputs) {
    const input = readObject(item, 'each of the inputs');
    const name = input['name'];
    if (typeof name !== 'string') throw new InvalidInputError("each of the inputs must have a string 'name'");
    const spec = specs.get(name);
    if (spec === undefined) {
      throw new InvalidInputError(
        `unexpected inference input ${quoted(name)} for model '${model.model}', allowed inputs are: ${[...specs.keys()].join(', ')}`,
      );
    }
    if (tensors.has(name)) throw new InvalidInputError(`input ${quoted(name)} already exists in request`);
    const { shape, count } = checkInput(model.model, spec, { datatype: input['datatype'], shape: input['shape'] });
    const expected = { name, datatype: spec.datatype, shape, count };
    const size = binarySize(input, expected, model.model);
    if (size === undefined) {
      tensors.set(name, { name, datatype: spec.datatype, shape, data: tensorFromJson(expected, input['data'], exact) });
      continue;
    }
    const left = binary.length - at;
    if (size > left) {
      throw new InvalidInputError(
        `unexpected size for input ${quoted(name)}, expecting ${size - left} additional bytes for model '${model.model}'`,
      );
    }
    tensors.set(name, new BinaryTensor(expected, binary.subarray(at, at + size)));
    at += size;
  }
  if (at < binary.length) {
    throw new InvalidInputError(
      `unexpected additional input data for model '${model.model}': ${binary.length - at} bytes belong to no input`,
    );
  }
  return model.manifest.inputs.map(({ name }) => tensors.get(name) ?? missing(name, [...tensors.keys()], model));
}

/** How many bytes behind the JSON are this input's; undefined when its data is in the JSON. */
function binarySize(
  { parameters, data }: Readonly<Record<string, unknown>>,
  { name, datatype, count }: { readonly name: string; readonly datatype: Datatype; readonly count: number },
  model: string,
): number | undefined {
  const where = `input ${quoted(name)}`;
  const size = sizeParameter(readParameters(parameters, where), 'binary_data_size', where);
  if (size === undefined && data === undefined) {
    throw new InvalidInputError(`${where} must have 'data', or parameters.binary_data_size and binary data`);
  }
  if (size !== undefined && data !== undefined) {
    throw new InvalidInputError(`${where} must not have both 'data' and parameters.binary_data_size`);
  }
  const width = elementBytes[datatype];
  if (size !== undefined && width !== undefined && size !== count * width) {
    throw new InvalidInputError(
      `input byte size mismatch for ${where} for model '${model}'. Expected ${count * width}, got ${size}`,
    );
  }
  return size;
}

function missing(name: string, got: readonly string[], { model, manifest }: ModelVersion): never {
  throw new InvalidInputError(
    `expected ${manifest.inputs.length} inputs but got ${got.length} inputs for model '${model}'. Got input(s) [${got.map(quoted).join(', ')}], but missing required input ${quoted(name)}`,
  );
}
