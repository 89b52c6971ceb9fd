import type { InputTensor } from '../instance/messages.ts';
import type { ModelFiles } from '../repository/model-files.ts';
import { datatypes } from '../tensor/datatype.ts';
import { TritonError } from '../triton-error.ts';

/**
 * The one input of a raw binary request, whose body is nothing but its bytes: name, datatype and shape are the model's. A batch dimension
 * is 1, one further variable dimension follows from the number of bytes, a BYTES input is one string without its length before it.
 *
 * @throws {TritonError}
 * @see https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md#raw-binary-request
 */
export function rawInput(body: Buffer<ArrayBuffer>, { name: model, config }: ModelFiles): InputTensor {
  const fail = (problem: string): never => {
    throw new TritonError('INVALID_ARG', problem);
  };
  const [spec, ...others] = config.inputs;
  if (spec === undefined || others.length > 0) {
    return fail(
      `Raw request must only have 1 input (found 1) to be deduced but got ${config.inputs.length} inputs in '${model}' model configuration`,
    );
  }
  const { name, datatype, dims } = spec;
  const batch = config.rowsMax > 0 ? [1] : [];
  const { bytes } = datatypes[datatype];
  if (bytes === 0) {
    if (dims.length !== 1 || (dims[0] !== 1 && dims[0] !== -1)) {
      fail(`For BYTE datatype raw input '${name}', the model must have input shape [1]`);
    }
    const prefixed = Buffer.from(new ArrayBuffer(4 + body.length));
    prefixed.writeUInt32LE(body.length);
    body.copy(prefixed, 4);
    return {
      name,
      datatype,
      shape: [...batch, 1],
      buffer: prefixed.buffer as ArrayBuffer,
      offset: 0,
      length: prefixed.length,
    };
  }
  if (dims.filter((size) => size === -1).length > 1) {
    fail(
      `The shape of the raw input '${name}' can not be deduced because there are more than one variable-sized dimension`,
    );
  }
  const rest = dims.reduce((product, size) => product * (size === -1 ? 1 : size), bytes);
  // Whether the bytes make up whole elements is checked with those of any other request.
  const shape = [...batch, ...dims.map((size) => (size === -1 ? Math.floor(body.length / rest) : size))];
  return { name, datatype, shape, buffer: body.buffer, offset: body.byteOffset, length: body.length };
}
