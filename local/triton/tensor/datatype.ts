import type { Tensor } from 'onnxruntime-node';

interface Traits {
  /** Bytes of one element in the binary form; 0 for BYTES, whose elements carry their own length. */
  readonly bytes: 0 | 1 | 2 | 4 | 8;
  /** ONNX Runtime's name. */
  readonly onnx: Tensor.Type;
  readonly array: NumericArrayClass | undefined;
}

type NumericArrayClass =
  | Uint8ArrayConstructor
  | Uint16ArrayConstructor
  | Uint32ArrayConstructor
  | BigUint64ArrayConstructor
  | Int8ArrayConstructor
  | Int16ArrayConstructor
  | Int32ArrayConstructor
  | BigInt64ArrayConstructor
  | Float32ArrayConstructor
  | Float64ArrayConstructor;

/**
 * The datatypes by their names in the Open Inference Protocol: those that ONNX Runtime's Node binding has. FP16 travels as its bits.
 */
export const datatypes = {
  BOOL: { bytes: 1, onnx: 'bool', array: Uint8Array },
  UINT8: { bytes: 1, onnx: 'uint8', array: Uint8Array },
  UINT16: { bytes: 2, onnx: 'uint16', array: Uint16Array },
  UINT32: { bytes: 4, onnx: 'uint32', array: Uint32Array },
  UINT64: { bytes: 8, onnx: 'uint64', array: BigUint64Array },
  INT8: { bytes: 1, onnx: 'int8', array: Int8Array },
  INT16: { bytes: 2, onnx: 'int16', array: Int16Array },
  INT32: { bytes: 4, onnx: 'int32', array: Int32Array },
  INT64: { bytes: 8, onnx: 'int64', array: BigInt64Array },
  FP16: { bytes: 2, onnx: 'float16', array: Uint16Array },
  FP32: { bytes: 4, onnx: 'float32', array: Float32Array },
  FP64: { bytes: 8, onnx: 'float64', array: Float64Array },
  BYTES: { bytes: 0, onnx: 'string', array: undefined },
} as const satisfies Readonly<Record<string, Traits>>;

export type Datatype = keyof typeof datatypes;
