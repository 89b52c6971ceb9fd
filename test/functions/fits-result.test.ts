import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitsResult } from '../../functions/fits-result.ts';
import { proxyResult } from '../../functions/proxy-result.ts';

const lambdaBytesMax = 6_291_456;
const resultBytes = (body: string | Uint8Array): number =>
  Buffer.byteLength(JSON.stringify(proxyResult({ status: 200, headers: {}, body })));

test.each([
  ['digits', '1,'.repeat(3_130_000)],
  ['quotes, which JSON escapes', '"'.repeat(3_130_000)],
  ['two-byte letters', 'ü'.repeat(3_130_000)],
  ['bytes, which travel as base64', new Uint8Array(4_700_000)],
])('%s just below the limit fit and Lambda takes them, some more do not', (_, body) => {
  expect(fitsResult({ status: 200, headers: {}, body })).toBe(true);
  expect(resultBytes(body)).toBeLessThan(lambdaBytesMax);
  const more = typeof body === 'string' ? body + body.slice(0, 20_000) : new Uint8Array(body.length + 10_000);
  expect(fitsResult({ status: 200, headers: {}, body: more })).toBe(false);
});

test('what fits is never more than Lambda takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), fc.nat({ max: 400_000 }), (unit, times) => {
      const body = unit.repeat(times);
      if (fitsResult({ status: 200, headers: {}, body })) expect(resultBytes(body)).toBeLessThanOrEqual(lambdaBytesMax);
    }),
    { numRuns: 40 },
  );
});
