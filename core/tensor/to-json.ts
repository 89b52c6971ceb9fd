import type { Tensor } from './tensor.ts';

/**
 * The tensor's elements as the text of a flat JSON array that strict parsers take.
 *
 * 64-bit integers keep all their digits, as numbers (a reader with doubles only, such as JavaScript, should ask for binary data).
 * NaN and the infinities are the strings "NaN", "Infinity", "-Infinity". FP32 prints the exact value that it holds.
 *
 * @throws {TypeError} for FP16, which has no JSON form; callers refuse it before the model runs
 */
export function tensorToJson({ datatype, data }: Tensor): string {
  if (datatype === 'FP16') throw new TypeError('FP16 has no JSON form');
  if (datatype === 'BYTES') return JSON.stringify(data);
  if (datatype === 'BOOL') return `[${Array.from(data as Uint8Array, (value) => value !== 0).join(',')}]`;
  if (data instanceof Float32Array || data instanceof Float64Array) return `[${floats(data)}]`;
  return `[${data.join(',')}]`;
}

function floats(values: Float32Array | Float64Array): string {
  for (const value of values) {
    // x - x is 0 for every finite number; a negative zero would lose its sign in join.
    if (value - value !== 0 || Object.is(value, -0)) return Array.from(values, special).join(',');
  }
  return values.join(',');
}

function special(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}
