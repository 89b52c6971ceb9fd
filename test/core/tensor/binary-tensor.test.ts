import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BinaryTensor } from '../../../core/tensor/binary-tensor.ts';
import { tensorBytes } from '../../../core/tensor/tensor-bytes.ts';
import { tensorToBinary } from '../../../core/tensor/to-binary.ts';
import { anyTensor } from './arbitrary-tensor.ts';

test('any tensor is read from its bytes, at any alignment, and its bytes are handed on untouched', () => {
  fc.assert(
    fc.property(anyTensor(), fc.nat({ max: 8 }), (tensor, offset) => {
      const binary = tensorToBinary(tensor.data);
      const bytes = new Uint8Array(binary.length + offset).subarray(offset);
      bytes.set(binary);
      const read = new BinaryTensor(tensor, bytes);
      expect([read.name, read.datatype, read.shape, read.data]).toEqual([
        tensor.name,
        tensor.datatype,
        tensor.shape,
        tensor.data,
      ]);
      expect(tensorBytes(read)).toBe(bytes);
    }),
  );
});

test('elements are made once', () => {
  const tensor = new BinaryTensor({ name: 'x', datatype: 'FP32', shape: [1] }, new Uint8Array(5).subarray(1));
  expect(tensor.data).toBe(tensor.data);
});

test('a tensor that came as elements has its binary form made of them', () => {
  const tensor = { name: 'x', datatype: 'BYTES', shape: [1], data: ['a'] } as const;
  expect(Buffer.from(tensorBytes(tensor)).toString('hex')).toBe('0100000061');
});

test.each([
  ['BOOL', [2], '0102', 'element 1 must be the byte 0 or 1'],
  ['BYTES', [1], '010000', 'incomplete string length indicator'],
  ['BYTES', [1], '01000000ff', 'not valid UTF-8'],
] as const)('%s that is none is refused at once, whoever reads it: %s %s', (datatype, shape, hex, words) => {
  expect(() => new BinaryTensor({ name: 'x', datatype, shape }, Buffer.from(hex, 'hex'))).toThrow(words);
});
