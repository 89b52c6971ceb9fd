/**
 * Tensor element types by their Open Inference Protocol names, those that ONNX Runtime in Node can carry.
 * BYTES is a UTF-8 string per element.
 */
export const datatypes = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'FP32',
  'FP64',
  'BYTES',
] as const;

export type Datatype = (typeof datatypes)[number];
