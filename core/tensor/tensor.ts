import type { Datatype } from './datatype.ts';

/** Elements in row-major order. 64-bit integers are BigInt arrays, FP16 carries its bits in a Uint16Array, BOOL is one byte of 0 or 1. */
export type TensorData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array
  | readonly string[];

/** A named, typed, shaped array: what every protocol decodes to and every engine takes. `data.length` is the product of `shape`. */
export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: TensorData;
  /** The same elements in the binary form of `tensorToBinary`, where the tensor came in it. Then `data` may cost something to ask for. */
  readonly bytes?: Uint8Array;
}
