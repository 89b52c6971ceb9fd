import type { Datatype } from './datatype.ts';

/** Bytes of one element in the binary form. BYTES has none: each of its elements carries its own length. */
export const elementBytes = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  FP32: 4,
  FP64: 8,
  BYTES: undefined,
} as const satisfies Readonly<Record<Datatype, number | undefined>>;
