import type { TensorSpec } from '../catalog/manifest.ts';
import { elementCount } from '../tensor/element-count.ts';

/** Most elements that one input tensor may have; it bounds what a call can make a model allocate. */
export const elementsMax = 1_048_576;

/** Most rows of a batch that fit in one input of this kind; undefined when the input has no batch, or rows of variable length. */
export function batchRowsMax({ shape }: TensorSpec): number | undefined {
  const [rows, ...row] = shape;
  if (rows !== -1 || row.includes(-1)) return undefined;
  return Math.floor(elementsMax / Math.max(1, elementCount(row)));
}
