import { InvalidInputError } from '../api/maas-error.ts';
import type { TensorSpec } from '../catalog/manifest.ts';
import { elementCount } from '../tensor/element-count.ts';
import { quoted } from '../tensor/quoted.ts';
import { shapeText } from '../tensor/shape-text.ts';
import { batchRowsMax, elementsMaxOf } from './batch-limit.ts';

interface Declared {
  readonly datatype: unknown;
  readonly shape: unknown;
}

/**
 * Checks what a caller declares about an input against what the model takes: datatype, rank, fixed dimensions, size. Happens before
 * any of the data is looked at, and allocates nothing. The words are Triton's where its clients look for them.
 *
 * @returns the shape, now known to be non-negative integers, and its number of elements
 * @throws {InvalidInputError}
 */
export function checkInput(
  model: string,
  spec: TensorSpec,
  { datatype, shape }: Declared,
): { readonly shape: readonly number[]; readonly count: number } {
  const input = quoted(spec.name);
  if (datatype !== spec.datatype) {
    const got = typeof datatype === 'string' ? quoted(datatype) : 'no datatype';
    throw new InvalidInputError(
      `inference input ${input} data-type is ${got}, but model '${model}' expects '${spec.datatype}'`,
    );
  }
  if (!Array.isArray(shape)) {
    throw new InvalidInputError(
      `input ${input}: 'shape' must be an array; model '${model}' expects ${shapeText(spec.shape)}`,
    );
  }
  if (shape.length !== spec.shape.length) {
    throw new InvalidInputError(
      `unexpected shape for input ${input} for model '${model}'. Expected ${shapeText(spec.shape)}, got ${shape.length} dimensions`,
    );
  }
  if (!shape.every(isDimension)) {
    throw new InvalidInputError(
      `input ${input}: Unable to parse 'shape': attempt to access JSON non-unsigned-integer as unsigned-integer`,
    );
  }
  const count = elementCount(shape);
  // Also when another dimension is 0: strides of 2^53 are beyond ONNX Runtime, though it has nothing to allocate.
  const elementsMax = elementsMaxOf(spec.datatype);
  if (elementCount(shape.filter((dimension) => dimension > 0)) > elementsMax) {
    const rowsMax = batchRowsMax(spec);
    const advice = rowsMax === undefined ? 'send less' : `send at most ${rowsMax} rows a call`;
    throw new InvalidInputError(
      `input ${input}: shape ${shapeText(shape)} causes total element count to exceed maximum size of ${elementsMax}; ${advice}`,
    );
  }
  if (!shape.every((dimension, index) => spec.shape[index] === -1 || spec.shape[index] === dimension)) {
    throw new InvalidInputError(
      `unexpected shape for input ${input} for model '${model}'. Expected ${shapeText(spec.shape)}, got ${shapeText(shape)}`,
    );
  }
  return { shape, count };
}

const isDimension = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
