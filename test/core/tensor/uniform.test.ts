import { expect, test } from 'vitest';
import { uniform } from '../../../core/tensor/uniform.ts';

test('the numbers are those of the published hash', () => {
  // fmix32(1) of MurmurHash3; this seed makes 1 of the first state.
  expect(uniform(0x61c88648, 1)).toEqual(Float32Array.of(0x514e28 / 2 ** 24));
  expect([...uniform(7, 3)].map((value) => value * 2 ** 24)).toEqual([2299555, 7567904, 16745361]);
});

test('they lie in [0, 1), evenly, and another seed gives others', () => {
  const values = uniform(1, 100_000);
  const tenths = new Array<number>(10).fill(0);
  for (const value of values) tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  expect(uniform(2, 100)).not.toEqual(values.subarray(0, 100));
});

test('a series can be made in parts', () => {
  expect(uniform(0xffffffff, 5, 95)).toEqual(uniform(0xffffffff, 100).subarray(95));
});
