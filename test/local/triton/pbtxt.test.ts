import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePbtxt } from '../../../local/triton/pbtxt/parse-pbtxt.ts';
import { PbtxtError } from '../../../local/triton/pbtxt/pbtxt-error.ts';
import type { TextField, TextValue } from '../../../local/triton/pbtxt/text-value.ts';

type Plain = readonly [name: string, values: readonly PlainValue[]];
type PlainValue = string | { readonly word: string } | readonly Plain[];

/** Without positions: strings as they are, numbers and words as `{ word }`, messages as lists of fields. */
const plain = (fields: readonly TextField[]): Plain[] =>
  fields.map(({ name, values }) => [name, values.map(plainValue)]);
const plainValue = (value: TextValue): PlainValue => {
  if (value.kind === 'message') return plain(value.fields);
  return value.kind === 'string' ? value.text : { word: value.text };
};
const failure = (text: string): string => {
  try {
    parsePbtxt(text);
  } catch (error) {
    if (error instanceof PbtxtError) return error.message;
  }
  throw new Error('no PbtxtError');
};

describe('the text format', () => {
  it('has fields of numbers, words, strings and messages, with comments and separators anywhere', () => {
    const text = `
      # a model
      name: "m" ; max_batch_size: 8, kind: KIND_GPU  # to the end of the line
      level: -1 rate: 1.5e3 hex: 0x1F minus: -inf
      group { count: 1 } group: { count: 2; } group < count: 3, >
    `;
    expect(plain(parsePbtxt(text))).toEqual([
      ['name', ['m']],
      ['max_batch_size', [{ word: '8' }]],
      ['kind', [{ word: 'KIND_GPU' }]],
      ['level', [{ word: '-1' }]],
      ['rate', [{ word: '1.5e3' }]],
      ['hex', [{ word: '0x1F' }]],
      ['minus', [{ word: '-inf' }]],
      ['group', [[['count', [{ word: '1' }]]]]],
      ['group', [[['count', [{ word: '2' }]]]]],
      ['group', [[['count', [{ word: '3' }]]]]],
    ]);
  });

  it('has lists, of messages without a colon too, and empty ones', () => {
    expect(plain(parsePbtxt('dims: [ 1, -1 ] input [ { a: 1 }, < b: 2 > ] none: []'))).toEqual([
      ['dims', [{ word: '1' }, { word: '-1' }]],
      ['input', [[['a', [{ word: '1' }]]], [['b', [{ word: '2' }]]]]],
      ['none', []],
    ]);
  });

  it('has strings in both quotes, with escapes, joined when they are neighbours', () => {
    const text = String.raw`a: 'it"s' b: "\"\\\n\t\101\x41\u00e4\U0001f600\303\244" c: "one" 'two'`;
    expect(plain(parsePbtxt(`${text}\n"three"`))).toEqual([
      ['a', ['it"s']],
      ['b', ['"\\\n\tAAä😀ä']],
      ['c', ['onetwothree']],
    ]);
  });

  it.each([
    ['name "m"', '1:6: Expected ":", got: m'],
    ['a: 1\n  : 2', '2:3: Expected identifier, got: :'],
    ['a {\n b: 1', '2:6: Expected identifier, got: end of text'],
    ['a: }', '1:4: Expected value, got: }'],
    ['a: [1 2]', '1:7: Expected "]", got: 2'],
    ['a: "x', '1:4: String literals cannot cross line boundaries.'],
    ['a: "\\q"', '1:4: Invalid escape sequence in string literal.'],
    ['a: "\\xff"', '1:4: Invalid escape sequence in string literal.'],
    ['a: "\\uD800"', '1:4: Invalid escape sequence in string literal.'],
    ['a: 1b', '1:4: Need space between number and identifier.'],
    ['a: -"x"', '1:5: Expected value, got: x'],
    ['a: 1 \u0007', '1:6: Invalid control characters encountered in text: "\\u0007"'],
    [`${'a {'.repeat(102)}`, '1:304: Message is too deep, the parser exceeded the configured recursion limit of 100.'],
  ])('is refused with line and column: %s', (text, message) => {
    expect(failure(text)).toBe(message);
  });

  const word = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
  const { fields } = fc.letrec<{ fields: Plain[]; value: PlainValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.string({ unit: 'grapheme' }),
      fc.integer().map((number) => ({ word: String(number) })),
      word.map((text) => ({ word: text })),
      tie('fields'),
    ),
    fields: fc.array(fc.tuple(word, fc.array(tie('value'), { minLength: 1, maxLength: 3 })), {
      maxLength: 4,
    }) as fc.Arbitrary<Plain[]>,
  }));
  const print = (list: readonly Plain[]): string =>
    list
      .map(
        ([name, values]) =>
          `${name}: ${values.length === 1 ? printed(values[0] as PlainValue) : `[${values.map(printed).join(',')}]`}`,
      )
      .join('\n');
  const printed = (value: PlainValue): string => {
    if (typeof value === 'string') {
      return `"${[...Buffer.from(value)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}"`;
    }
    return 'word' in value ? value.word : `{ ${print(value)} }`;
  };

  it('reads back whatever is written in it', () => {
    fc.assert(
      fc.property(fields, (list) => {
        expect(plain(parsePbtxt(print(list)))).toEqual(list);
      }),
    );
  });

  it('never fails in any other way, whatever it is given', () => {
    const noise = fc.array(
      fc.constantFrom(
        'a',
        ':',
        '{',
        '}',
        '[',
        ']',
        '<',
        '>',
        '"',
        "'",
        '\\',
        '1',
        '-',
        '.',
        ',',
        ';',
        '#',
        '\n',
        ' ',
        'é',
      ),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          noise.map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            parsePbtxt(text);
          } catch (error) {
            expect(error).toBeInstanceOf(PbtxtError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
