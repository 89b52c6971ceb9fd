import { float16Numbers } from '../../tensor/float16.ts';
import { shapeText } from '../../tensor/shape-text.ts';
import type { Tensor } from '../../tensor/tensor.ts';

/** Where two tensors differ by more than `tolerance`, in words; undefined when they agree. NaN agrees with NaN. */
export function difference(expected: Tensor, got: Tensor, tolerance: number): string | undefined {
  if (shapeText(expected.shape) !== shapeText(got.shape)) {
    return `shape ${shapeText(got.shape)} instead of ${shapeText(expected.shape)}`;
  }
  const values = elements(got);
  for (const [index, value] of elements(expected).entries()) {
    const other = values[index];
    if (!agree(value, other, tolerance)) return `element ${index} is ${other} instead of ${value}`;
  }
  return undefined;
}

type Element = number | bigint | string;

const elements = ({ datatype, data }: Tensor): readonly Element[] =>
  datatype === 'FP16' ? float16Numbers(data as Uint16Array) : Array.from<Element>(data);

function agree(a: Element, b: Element | undefined, tolerance: number): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (typeof a === 'bigint' && typeof b === 'bigint') return Number(a > b ? a - b : b - a) <= tolerance;
  return typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= tolerance;
}
