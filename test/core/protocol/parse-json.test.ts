import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from '../../../core/protocol/parse-json.ts';

const parse = (text: string, exact = false): unknown => parseJson(Buffer.from(text), exact);

test('reads whatever JSON.parse reads, up to the depth limit', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 20 }), (text) => {
      expect(parse(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('brackets inside strings do not nest', () => {
  const text = JSON.stringify({ a: `\\"${'[{'.repeat(500)}`, b: ['"', '\\', '[['.repeat(100)] });
  expect(parse(text)).toEqual(JSON.parse(text));
});

test.each(['[', '{"a":'])('a nest of 101 levels of %s is refused, one of 100 is read', (opening) => {
  const nest = (levels: number): string =>
    `${opening.repeat(levels - 1)}[]${(opening === '[' ? ']' : '}').repeat(levels - 1)}`;
  expect(() => parse(nest(101))).toThrow('JSON nesting depth exceeds maximum allowed limit (100)');
  expect(parse(nest(100))).toEqual(JSON.parse(nest(100)));
});

test('millions of opening brackets are refused before they are parsed', () => {
  expect(() => parse('['.repeat(4_000_000))).toThrow(expect.objectContaining({ status: 400 }));
});

test('integers beyond 2^53 keep their digits when asked for, other numbers are as ever', () => {
  expect(parse('[9007199254740993, 1e20, 1.5, 7]', true)).toEqual([9007199254740993n, 1e20, 1.5, 7]);
  expect(parse('[9007199254740993]')).toEqual([9007199254740992]);
});

test.each([
  ['no JSON', '{"inputs": [', 'not valid JSON'],
  ['empty', '', 'not valid JSON'],
  ['a bare NaN', '[NaN]', 'write NaN and Infinity as strings'],
])('a body that is %s is refused with a hint', (_, text, words) => {
  expect(() => parse(text)).toThrow(expect.objectContaining({ status: 400, message: expect.stringContaining(words) }));
});

test('bytes that are no UTF-8 are refused', () => {
  expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22))).toThrow('UTF-8');
});

test('a __proto__ member is a member like any other and changes no object', () => {
  const value = parse('{"__proto__": {"polluted": true}}') as Record<string, unknown>;
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});
