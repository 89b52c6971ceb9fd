import type { TensorSpec } from '../../catalog/manifest.ts';
import { readObject } from '../../protocol/open-inference/read-object.ts';
import { parseJson } from '../../protocol/parse-json.ts';
import { BinaryTensor } from '../../tensor/binary-tensor.ts';
import { elementBytes } from '../../tensor/element-bytes.ts';
import { elementCount } from '../../tensor/element-count.ts';
import { tensorFromJson } from '../../tensor/from-json.ts';
import { quoted } from '../../tensor/quoted.ts';
import { shapeText } from '../../tensor/shape-text.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { InvocationAnswer } from './invocation.ts';
import { binaryTypeStart } from './triton-request.ts';

/** An output as the answer describes it, nothing of it checked but where its bytes are. */
interface Described {
  readonly output: Readonly<Record<string, unknown>>;
  /** Absent when the elements are in the JSON. */
  readonly bytes?: Uint8Array;
}

/**
 * Triton's answer to an inference request: JSON and the binary outputs behind it, or JSON alone. Binary outputs are not decoded, but for
 * those that need to be looked at. Whatever is wrong with it throws; what it throws is for the log.
 */
export class TritonAnswer {
  /** Number of the folder that the weights which answered lie in. */
  readonly modelVersion: string;
  readonly #outputs = new Map<string, Described>();

  constructor({ contentType, body }: InvocationAnswer) {
    let at = jsonLength(contentType, body.length);
    const answer = readObject(parseJson(body.subarray(0, at)), 'the answer');
    this.modelVersion = text(answer['model_version'], 'model_version');
    const { outputs } = answer;
    if (!Array.isArray(outputs)) throw new Error('the answer has no outputs');
    for (const item of outputs) {
      const output = readObject(item, 'each of the outputs');
      const name = text(output['name'], "an output's name");
      if (this.#outputs.has(name)) throw new Error(`output ${quoted(name)} comes twice`);
      const size = binarySize(output);
      if (size === undefined) {
        this.#outputs.set(name, { output });
        continue;
      }
      if (size > body.length - at) throw new Error(`output ${quoted(name)} is cut off`);
      this.#outputs.set(name, { output, bytes: body.subarray(at, at + size) });
      at += size;
    }
    if (at < body.length) throw new Error(`${body.length - at} bytes belong to no output`);
  }

  /** The outputs that the manifest describes so. */
  tensors(wanted: readonly TensorSpec[]): Tensor[] {
    return wanted.map((spec) => {
      const found = this.#outputs.get(spec.name);
      if (found === undefined) throw new Error(`the answer lacks output ${quoted(spec.name)}`);
      return tensor(spec, found);
    });
  }
}

function tensor({ name, datatype, shape: expected }: TensorSpec, { output, bytes }: Described): Tensor {
  if (output['datatype'] !== datatype) throw new Error(`output ${quoted(name)} is not ${datatype}`);
  const { shape, data } = output;
  if (!isShape(shape) || !fits(shape, expected)) {
    throw new Error(`output ${quoted(name)} has not the shape ${shapeText(expected)}`);
  }
  const count = elementCount(shape);
  if (bytes === undefined) {
    // Found before anything is allocated for as many as the shape claims.
    if (!Array.isArray(data) || data.flat(Number.POSITIVE_INFINITY).length !== count) {
      throw new Error(`output ${quoted(name)} has not the ${count} elements of its shape`);
    }
    return { name, datatype, shape, data: tensorFromJson({ name, datatype, shape, count }, data, false) };
  }
  const width = elementBytes[datatype];
  if (width !== undefined && bytes.length !== count * width) {
    throw new Error(`output ${quoted(name)} has ${bytes.length} bytes instead of ${count * width}`);
  }
  return new BinaryTensor({ name, datatype, shape }, bytes);
}

/** How many bytes of the body are JSON. */
function jsonLength(contentType: string, bodyBytes: number): number {
  if (/^application\/json\s*(;|$)/i.test(contentType)) return bodyBytes;
  const digits = contentType.startsWith(binaryTypeStart) ? contentType.slice(binaryTypeStart.length) : '';
  if (!/^\d{1,10}$/.test(digits) || Number(digits) > bodyBytes) {
    throw new Error(`the content type ${quoted(contentType)} does not say where the JSON ends`);
  }
  return Number(digits);
}

function binarySize({ parameters, data }: Described['output']): number | undefined {
  const size = Object(parameters)['binary_data_size'] as unknown;
  if (size === undefined) return undefined;
  if (!Number.isSafeInteger(size) || (size as number) < 0 || data !== undefined) {
    throw new Error('an output has no sound binary_data_size');
  }
  return size as number;
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new Error(`${what} is no text`);
  return value;
}

const isShape = (shape: unknown): shape is number[] =>
  Array.isArray(shape) && shape.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 0);

const fits = (shape: readonly number[], expected: readonly number[]): boolean =>
  shape.length === expected.length &&
  shape.every((dimension, index) => expected[index] === -1 || expected[index] === dimension);
