import { InvalidInputError } from '../../api/maas-error.ts';
import type { ModelVersion } from '../../catalog/model-version.ts';
import { checkInput } from '../../inference/check-input.ts';
import { BinaryTensor } from '../../tensor/binary-tensor.ts';
import { elementBytes } from '../../tensor/element-bytes.ts';
import { elementCount } from '../../tensor/element-count.ts';
import { quoted } from '../../tensor/quoted.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/**
 * Reads a raw binary request: the body is the bytes of the model's only input, whose name, datatype and shape are the model's. A batch
 * dimension (a leading -1) is 1; one further variable dimension follows from the number of bytes. A BYTES input is one string, without
 * its length before it.
 *
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md#raw-binary-request
 * @throws {InvalidInputError}
 */
export function readRawInput(body: Uint8Array, { model, manifest }: ModelVersion): Tensor {
  const [spec, ...others] = manifest.inputs;
  if (spec === undefined || others.length > 0) {
    throw new InvalidInputError(
      `Raw request must only have 1 input (found 1) to be deduced but got ${manifest.inputs.length} inputs in '${model}' model configuration`,
    );
  }
  const { name, datatype } = spec;
  const shape = spec.shape.map((dimension, index) => (index === 0 && dimension === -1 ? 1 : dimension));
  const variable = shape.flatMap((dimension, index) => (dimension === -1 ? [index] : []));
  const width = elementBytes[datatype];
  if (width === undefined) {
    if (variable.length > 0 || elementCount(shape) !== 1) {
      throw new InvalidInputError(`For BYTE datatype raw input ${quoted(name)}, the model must have input shape [1]`);
    }
    const prefixed = Buffer.allocUnsafe(4 + body.length);
    prefixed.writeUInt32LE(body.length);
    prefixed.set(body, 4);
    return new BinaryTensor({ name, datatype, shape }, prefixed);
  }
  if (variable.length > 1) {
    throw new InvalidInputError(
      `The shape of Raw input ${quoted(name)} can not be deduced because there are more than one variable-sized dimension`,
    );
  }
  const [deduced] = variable;
  const unit = width * elementCount(shape.map((dimension) => (dimension === -1 ? 1 : dimension)));
  if (deduced !== undefined) shape[deduced] = unit === 0 ? 0 : Math.ceil(body.length / unit);
  const { count } = checkInput(model, spec, { datatype, shape });
  if (body.length < count * width) {
    throw new InvalidInputError(
      `unexpected size for input ${quoted(name)}, expecting ${count * width - body.length} additional bytes for model '${model}'`,
    );
  }
  if (body.length > count * width) {
    throw new InvalidInputError(
      `unexpected additional input data for model '${model}': ${quoted(name)} takes ${count * width} bytes, got ${body.length}`,
    );
  }
  return new BinaryTensor({ name, datatype, shape }, body);
}
