import type { TensorSpec } from '../catalog/manifest.ts';
import type { Datatype } from '../tensor/datatype.ts';
import { elementCount } from '../tensor/element-count.ts';

/** Most elements that one input tensor may have; it bounds what a call can make a model allocate. */
export const elementsMax = 1_048_576;

/** Of strings, each of which becomes an object on its way into ONNX Runtime: a million of them take it two seconds, so many a tenth. */
export const stringsMax = 65_536;

/** Most elements of an input with this datatype. */
export const elementsMaxOf = (datatype: Datatype): number => (datatype === 'BYTES' ? stringsMax : elementsMax);

/** Most rows of a batch that fit in one input of this kind; undefined when the input has no batch, or rows of variable length. */
export function batchRowsMax({ datatype, shape }: TensorSpec): number | undefined {
  const [rows, ...row] = shape;
  if (rows !== -1 || row.includes(-1)) return undefined;
  return Math.floor(elementsMaxOf(datatype) / Math.max(1, elementCount(row)));
}
