import type { Datatype } from './datatype.ts';

type NumericArray =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** The elements of a tensor as ONNX Runtime gives them; FP16 as its bits. */
export type Elements = NumericArray | readonly string[];

/**
 * The text of a flat JSON array of the elements. NaN and the infinities are the bare words that Triton's JSON writer gives and Python
 * reads, though JSON has none. 64-bit integers keep all their digits. Not for FP16, which has no JSON form.
 */
export function jsonArray(datatype: Exclude<Datatype, 'FP16'>, elements: Elements): string {
  if (datatype === 'BYTES') return JSON.stringify(elements);
  if (datatype === 'BOOL') return `[${Array.from(elements as Uint8Array, (value) => value !== 0).join(',')}]`;
  const floating = elements instanceof Float32Array || elements instanceof Float64Array;
  // `join` would lose the sign of a negative zero.
  if (floating && elements.some((value) => Object.is(value, -0))) {
    return `[${Array.from(elements, (value) => (Object.is(value, -0) ? '-0' : String(value))).join(',')}]`;
  }
  return `[${elements.join(',')}]`;
}
