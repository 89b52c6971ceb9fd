import { expect, test } from 'vitest';
import { readWeights } from '../../../models/keras/read-weights.ts';

test('quantised weights are multiplied out, others read as they are, wherever they lie', () => {
  const bytes = Buffer.concat([
    Buffer.from([0, 1, 255]),
    Buffer.from(Float32Array.of(1.5, -2).buffer),
    Buffer.from(Uint16Array.of(65535).buffer),
  ]);
  const weights = readWeights(
    [
      { name: 'small', shape: [3], dtype: 'float32', quantization: { min: -1, scale: 0.5, dtype: 'uint8' } },
      { name: 'plain', shape: [1, 2], dtype: 'float32' },
      { name: 'large', shape: [], dtype: 'float32', quantization: { min: 0, scale: 2, dtype: 'uint16' } },
    ],
    bytes,
  );
  expect(weights.get('small')).toEqual({ shape: [3], data: Float32Array.of(-1, -0.5, 126.5) });
  expect(weights.get('plain')).toEqual({ shape: [1, 2], data: Float32Array.of(1.5, -2) });
  expect(weights.get('large')).toEqual({ shape: [], data: Float32Array.of(131070) });
});

test('too few or too many bytes are an error', () => {
  const specs = [{ name: 'w', shape: [2], dtype: 'float32' as const }];
  expect(() => readWeights(specs, new Uint8Array(7))).toThrow('the weights end at byte 7, within w');
  expect(() => readWeights(specs, new Uint8Array(9))).toThrow('have 9 bytes, the tensors take 8');
});
