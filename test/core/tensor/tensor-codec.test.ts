import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJson } from '../../../core/protocol/parse-json.ts';
import { datatypes } from '../../../core/tensor/datatype.ts';
import { elementCount } from '../../../core/tensor/element-count.ts';
import { float16Bits, float16Numbers } from '../../../core/tensor/float16.ts';
import { tensorFromBinary } from '../../../core/tensor/from-binary.ts';
import { tensorFromJson } from '../../../core/tensor/from-json.ts';
import type { Tensor } from '../../../core/tensor/tensor.ts';
import { tensorToBinary } from '../../../core/tensor/to-binary.ts';
import { tensorToJson } from '../../../core/tensor/to-json.ts';
import { anyTensor } from './arbitrary-tensor.ts';

const withCount = (tensor: Tensor) => ({ ...tensor, count: elementCount(tensor.shape) });
const jsonDatatypes = datatypes.filter((datatype) => datatype !== 'FP16');

/** The flat elements nested as the shape says. */
function nested(flat: readonly unknown[], shape: readonly number[]): unknown {
  const [first = 0, ...rest] = shape;
  if (rest.length === 0) return flat;
  const size = elementCount(rest);
  return Array.from({ length: first }, (_, row) => nested(flat.slice(row * size, (row + 1) * size), rest));
}

describe('any tensor comes back the same', () => {
  test('from its binary form, at any alignment', () => {
    fc.assert(
      fc.property(anyTensor(), fc.nat({ max: 8 }), (tensor, offset) => {
        const bytes = tensorToBinary(tensor.data);
        const shifted = new Uint8Array(bytes.length + offset).subarray(offset);
        shifted.set(bytes);
        expect(tensorFromBinary(withCount(tensor), shifted)).toEqual(tensor.data);
      }),
      { numRuns: 500 },
    );
  });

  test('from flat JSON, every digit and sign of it', () => {
    fc.assert(
      fc.property(anyTensor(jsonDatatypes), (tensor) => {
        const data = parseJson(Buffer.from(tensorToJson(tensor)), true);
        expect(tensorFromJson(withCount(tensor), data, true)).toEqual(tensor.data);
      }),
      { numRuns: 500 },
    );
  });

  test('from nested JSON', () => {
    fc.assert(
      fc.property(anyTensor(jsonDatatypes), (tensor) => {
        const flat = parseJson(Buffer.from(tensorToJson(tensor)), true) as unknown[];
        expect(tensorFromJson(withCount(tensor), nested(flat, tensor.shape), true)).toEqual(tensor.data);
      }),
      { numRuns: 500 },
    );
  });
});

describe('JSON elements', () => {
  const read = (datatype: Tensor['datatype'], json: string, exact = true) => {
    const data = parseJson(Buffer.from(json), exact) as unknown[];
    return tensorFromJson({ name: 'x', datatype, shape: [data.length], count: data.length }, data, exact);
  };

  test('64-bit integers keep every digit, as numbers and as strings', () => {
    expect(read('INT64', '[9223372036854775807, -9223372036854775808, "9007199254740993"]')).toEqual(
      BigInt64Array.of(9223372036854775807n, -9223372036854775808n, 9007199254740993n),
    );
    expect(read('UINT64', '[18446744073709551615]')).toEqual(BigUint64Array.of(18446744073709551615n));
    expect(
      tensorToJson({ name: 'y', datatype: 'INT64', shape: [1], data: BigInt64Array.of(-9223372036854775808n) }),
    ).toBe('[-9223372036854775808]');
  });

  test('a body whose 64-bit integers were rounded asks to be parsed again, and only then', () => {
    expect(() => read('INT64', '[9007199254740993]', false)).toThrow(
      expect.objectContaining({ name: 'ExactIntegersNeeded' }),
    );
    expect(read('INT64', '[9007199254740991, 2.0, 1e3]', false)).toEqual(
      BigInt64Array.of(9007199254740991n, 2n, 1000n),
    );
  });

  test('NaN and the infinities travel as strings both ways', () => {
    const values = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5);
    expect(tensorToJson({ name: 'y', datatype: 'FP32', shape: [4], data: values })).toBe(
      '["NaN","Infinity","-Infinity",1.5]',
    );
    expect(read('FP32', '["NaN","Infinity","-Infinity",1.5]')).toEqual(values);
  });

  test.each([
    ['INT8', '[128]', 'INT8'],
    ['UINT8', '[-1]', 'UINT8'],
    ['UINT8', '[1.5]', 'UINT8'],
    ['INT32', '["1"]', 'INT32'],
    ['INT32', '[12345678901234567890]', 'INT32'],
    ['INT32', '[[1]]', 'array'],
    ['INT64', '[9223372036854775808]', 'INT64'],
    ['INT64', '[1e300]', 'INT64'],
    ['INT64', '[0.5]', 'INT64'],
    ['INT64', '["1 "]', 'INT64'],
    ['INT64', `["${'9'.repeat(1000)}"]`, 'INT64'],
    ['UINT64', '[-1]', 'UINT64'],
    ['FP32', '[1e39]', 'FP32'],
    ['FP64', '[1e400]', 'FP64'],
    ['FP32', '["1.5"]', 'number'],
    ['FP32', '[null]', 'number'],
    ['FP32', '[true]', 'number'],
    ['BOOL', '[1]', 'true or false'],
    ['BYTES', '[1]', 'string'],
    ['BYTES', '["\\ud800"]', 'surrogate'],
    ['BYTES', '["a\\u0000b"]', 'NUL'],
    ['FP16', '[1]', 'binary'],
  ] as const)('%s refuses %s, naming the input', (datatype, json, words) => {
    const shape = json === '[[1]]' ? [1, 1, 1] : [1];
    const attempt = () =>
      tensorFromJson({ name: 'pixels', datatype, shape, count: 1 }, parseJson(Buffer.from(json), true), true);
    expect(attempt).toThrow(expect.objectContaining({ status: 400, message: expect.stringContaining("'pixels'") }));
    expect(attempt).toThrow(words);
  });

  test.each([
    ['too few', [2, 2], [1, 2, 3]],
    ['too many', [2, 2], [1, 2, 3, 4, 5]],
    [
      'nested too shallow',
      [2, 1, 2],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'nested too deep',
      [2, 2],
      [
        [[1], [2]],
        [[3], [4]],
      ],
    ],
    ['ragged', [2, 2], [[1, 2, 3], [4]]],
    ['half nested', [2, 2], [[1, 2], 3]],
    ['half flat', [2, 2], [1, [2], 3, 4]],
    [
      'transposed',
      [2, 3],
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ],
  ])('data that is %s for its shape is refused', (_, shape, data) => {
    const expected = { name: 'x', datatype: 'FP32' as const, shape, count: elementCount(shape) };
    expect(() => tensorFromJson(expected, data, false)).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe('binary elements', () => {
  test('are little-endian, and strings carry their length', () => {
    const bytes = Buffer.from('0300000061c3a400000000', 'hex');
    expect(tensorFromBinary({ name: 'x', datatype: 'BYTES', count: 2 }, bytes)).toEqual(['aä', '']);
    expect(tensorFromBinary({ name: 'x', datatype: 'INT16', count: 2 }, Buffer.from('0102ffff', 'hex'))).toEqual(
      Int16Array.of(0x0201, -1),
    );
    expect(Buffer.from(tensorToBinary(['aä', ''])).toString('hex')).toBe('0300000061c3a400000000');
    expect(Buffer.from(tensorToBinary(BigInt64Array.of(1n))).toString('hex')).toBe('0100000000000000');
  });

  test.each([
    ['a cut length', '0300', 1],
    ['cut data', '0300000061', 1],
    ['a length beyond the body', 'ffffffff61', 1],
    ['bytes left over', '000000000000', 1],
    ['a count that cannot be there', '00000000', 1_000_000_000],
    ['no UTF-8', '01000000ff', 1],
    ['a NUL, at which the model would stop reading', '03000000610062', 1],
  ])('strings with %s are refused', (_, hex, count) => {
    expect(() => tensorFromBinary({ name: 'x', datatype: 'BYTES', count }, Buffer.from(hex, 'hex'))).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringContaining("'x'") }),
    );
  });

  test('a BOOL byte other than 0 and 1 is refused', () => {
    expect(() => tensorFromBinary({ name: 'x', datatype: 'BOOL', count: 2 }, Uint8Array.of(1, 2))).toThrow('element 1');
  });
});

test('half-precision numbers keep what they can hold', () => {
  expect(float16Numbers(float16Bits([1, -0.5, 65504, Number.POSITIVE_INFINITY]))).toEqual([
    1,
    -0.5,
    65504,
    Number.POSITIVE_INFINITY,
  ]);
});

test('a product of dimensions that no memory holds is infinite, never wrapped', () => {
  expect(elementCount([])).toBe(1);
  expect(elementCount([2 ** 32, 2 ** 32])).toBe(Number.POSITIVE_INFINITY);
  expect(elementCount([2 ** 53 - 1, 0, 2 ** 53 - 1])).toBe(0);
});
