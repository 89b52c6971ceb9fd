import type { Tensor } from 'onnxruntime-node';
import type { TensorConfig } from '../config/model-config.ts';
import { type Elements, jsonArray } from '../tensor/json-array.ts';
import { stringBytes } from '../tensor/string-bytes.ts';
import { topClasses } from '../tensor/top-classes.ts';
import type { RenderedOutput, WantedOutput } from './messages.ts';

/** A stretch of a result along its first dimension: what one request of a batch gets. The result as a whole when undefined. */
export interface Rows {
  readonly from: number;
  readonly count: number;
}

/** What a model's output is called, how it is shaped for the outside, and what its classes are called. */
export interface OutputSpec {
  readonly config: TensorConfig;
  readonly batched: boolean;
  readonly labels: readonly string[];
}

/** Renders a part of what ONNX Runtime computed as one request wants it. */
export function renderOutput(
  { config, batched, labels }: OutputSpec,
  { binary, classes }: WantedOutput,
  tensor: Tensor,
  rows: Rows | undefined,
): RenderedOutput {
  const { name, datatype } = config;
  const dims = rows === undefined ? tensor.dims : [rows.count, ...tensor.dims.slice(1)];
  const shape = outsideShape(config, batched, dims);
  const all = elementsOf(tensor);
  const rowSize = rows === undefined ? 0 : count(tensor.dims.slice(1));
  const elements =
    rows === undefined ? all : (all.slice(rows.from * rowSize, (rows.from + rows.count) * rowSize) as Elements);
  if (classes > 0) return classified({ name, batched, labels }, { binary, classes }, elements, shape);
  if (binary) {
    // A slice has a buffer of its own already, which can be handed over without copying.
    return { name, datatype, shape, data: binaryOf(elements) };
  }
  if (datatype === 'FP16')
    throw new TypeError('FP16 has no JSON form; requests for it are refused before the model runs');
  return { name, datatype, shape, data: jsonArray(datatype, elements) };
}

const count = (dims: readonly number[]): number => dims.reduce((product, size) => product * size, 1);

/** FP16 comes as Float16Array where the JavaScript runtime has that class, and as bits where it has not. */
function elementsOf({ type, data }: Tensor): Elements {
  if (type !== 'float16' || data instanceof Uint16Array) return data as Elements;
  const { buffer, byteOffset, length } = data as unknown as Uint16Array<ArrayBuffer>;
  return new Uint16Array(buffer, byteOffset, length);
}

function binaryOf(elements: Elements): Uint8Array<ArrayBuffer> {
  if (!ArrayBuffer.isView(elements)) return stringBytes(elements);
  const { buffer, byteOffset, byteLength } = elements;
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** `reshape` undone: the dimensions that the configuration promises, the open ones taken from what the model gave. */
function outsideShape({ dims, reshape }: TensorConfig, batched: boolean, found: readonly number[]): readonly number[] {
  if (reshape === undefined) return found.length === 0 ? dims : found;
  const batch = batched ? found.slice(0, 1) : [];
  const inner = found.slice(batch.length);
  const open = inner.filter((_, index) => reshape[index] === -1);
  return [...batch, ...dims.map((size) => (size === -1 ? (open.shift() ?? 0) : size))];
}

function classified(
  { name, batched, labels }: Pick<OutputSpec, 'batched' | 'labels'> & { readonly name: string },
  { binary, classes }: Pick<WantedOutput, 'binary' | 'classes'>,
  elements: Elements,
  shape: readonly number[],
): RenderedOutput {
  const batch = batched ? shape.slice(0, 1) : [];
  const rowSize = count(shape.slice(batch.length));
  const found: string[] = [];
  for (let row = 0; row < (batch[0] ?? 1); row++) {
    const values = elements.slice(row * rowSize, (row + 1) * rowSize) as Exclude<Elements, readonly string[]>;
    found.push(...topClasses(values, classes, labels));
  }
  const data = binary ? stringBytes(found) : JSON.stringify(found);
  return { name, datatype: 'BYTES', shape: [...batch, Math.min(classes, rowSize)], data };
}
