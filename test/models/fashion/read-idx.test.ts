import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readIdx } from '../../../models/fashion/read-idx.ts';

test('shape and bytes are read', () => {
  const file = gzipSync(Buffer.from([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]));
  const { shape, data } = readIdx(file);
  expect(shape).toEqual([2, 3]);
  expect([...data]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a file of another type, or one that ends early, is an error', () => {
  expect(() => readIdx(gzipSync(Buffer.from([0, 0, 13, 1, 0, 0, 0, 0])))).toThrow('not an IDX file of unsigned bytes');
  expect(() => readIdx(gzipSync(Buffer.from([0, 0, 8])))).toThrow('not an IDX file');
  expect(() => readIdx(gzipSync(Buffer.from([0, 0, 8, 1, 0, 0, 0, 4, 1, 2, 3])))).toThrow('holds 3 bytes');
});
