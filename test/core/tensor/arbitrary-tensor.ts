import fc from 'fast-check';
import { type Datatype, datatypes } from '../../../core/tensor/datatype.ts';
import { elementCount } from '../../../core/tensor/element-count.ts';
import type { Tensor, TensorData } from '../../../core/tensor/tensor.ts';

const of = (count: number) => ({ minLength: count, maxLength: count });

const data: Readonly<Record<Datatype, (count: number) => fc.Arbitrary<TensorData>>> = {
  BOOL: (count) => fc.array(fc.constantFrom(0, 1), of(count)).map((values) => Uint8Array.from(values)),
  UINT8: (count) => fc.uint8Array(of(count)),
  UINT16: (count) => fc.uint16Array(of(count)),
  UINT32: (count) => fc.uint32Array(of(count)),
  UINT64: (count) => fc.bigUint64Array(of(count)),
  INT8: (count) => fc.int8Array(of(count)),
  INT16: (count) => fc.int16Array(of(count)),
  INT32: (count) => fc.int32Array(of(count)),
  INT64: (count) => fc.bigInt64Array(of(count)),
  FP16: (count) => fc.uint16Array(of(count)),
  FP32: (count) => fc.float32Array(of(count)),
  FP64: (count) => fc.float64Array(of(count)),
  BYTES: (count) => fc.array(fc.string({ unit: 'grapheme' }), of(count)),
};

/** Any tensor of up to three small dimensions, scalars and empty ones among them. */
export const anyTensor = (allowed: readonly Datatype[] = datatypes): fc.Arbitrary<Tensor> =>
  fc
    .record({ datatype: fc.constantFrom(...allowed), shape: fc.array(fc.nat({ max: 4 }), { maxLength: 3 }) })
    .chain(({ datatype, shape }) =>
      data[datatype](elementCount(shape)).map((values) => ({ name: 'x', datatype, shape, data: values })),
    );
