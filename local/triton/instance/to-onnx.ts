import { Tensor } from 'onnxruntime-node';
import { datatypes } from '../tensor/datatype.ts';
import { stringElements } from '../tensor/string-elements.ts';
import type { InputTensor } from './messages.ts';

/**
 * Makes one tensor for ONNX Runtime of the same input of several requests, one behind the other along the first dimension. A single one
 * whose bytes are aligned is taken where it lies.
 */
export function toOnnx(parts: readonly InputTensor[]): Tensor {
  const [first] = parts;
  if (first === undefined) throw new TypeError('an input without parts');
  const { datatype } = first;
  const dims = [...first.shape];
  if (parts.length > 1) dims[0] = parts.reduce((rows, { shape }) => rows + (shape[0] ?? 0), 0);
  const { array, onnx } = datatypes[datatype];
  if (array === undefined) {
    return new Tensor(
      'string',
      parts.flatMap((part) => strings(part)),
      dims,
    );
  }
  const bytes = parts.length === 1 ? aligned(first, array.BYTES_PER_ELEMENT) : joined(parts);
  const data = new array(bytes.buffer, bytes.byteOffset, bytes.byteLength / array.BYTES_PER_ELEMENT);
  const tensor = new Tensor(onnx, data as Tensor['data'], dims);
  // Where the JavaScript runtime has Float16Array, the constructor wraps the bits in one, which the native side of 1.30 takes for
  // empty (https://github.com/microsoft/onnxruntime/pull/32323). It reads the bits themselves well.
  if (datatype === 'FP16') Object.defineProperty(tensor, 'data', { value: data });
  return tensor;
}

const view = ({ buffer, offset, length }: InputTensor): Uint8Array<ArrayBuffer> =>
  new Uint8Array(buffer, offset, length);

function strings(part: InputTensor): string[] {
  return [...stringElements(Buffer.from(part.buffer, part.offset, part.length))].map((element) =>
    element.toString('utf8'),
  );
}

const aligned = (part: InputTensor, alignment: number): Uint8Array<ArrayBuffer> =>
  part.offset % alignment === 0 ? view(part) : view(part).slice();

function joined(parts: readonly InputTensor[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(view(part), at);
    at += part.length;
  }
  return bytes;
}
