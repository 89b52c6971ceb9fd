import type { Tensor as OnnxTensor } from 'onnxruntime-node';
import type { Datatype } from '../../tensor/datatype.ts';

/** ONNX Runtime's name of each datatype. */
export const elementType = {
  BOOL: 'bool',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  BYTES: 'string',
} as const satisfies Readonly<Record<Datatype, OnnxTensor.Type>>;
