import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { catalogue } from '../../../cli/catalogue.ts';
import { applicablePrices } from '../../../core/billing/price-book/applicable-prices.ts';
import { bookForHour } from '../../../core/billing/price-book/book-for-hour.ts';
import { parsePriceBook } from '../../../core/billing/price-book/parse-price-book.ts';
import { priceBookSchema } from '../../../core/billing/price-book/price-book.ts';
import { unknownModels } from '../../../core/billing/price-book/unknown-models.ts';
import { priceBook, published } from './books.ts';

const file = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../prices/${name}`, import.meta.url), 'utf8'));
const catchAll = { model: '*', unit: 'requests', charge: { kind: 'flat', price: '0.0001' } };
const whole = { version: 'one', currency: 'EUR', validFrom: '2026-11-01T00:00:00Z', prices: [catchAll] };
const tiered = (tiers: unknown) => ({
  ...whole,
  prices: [catchAll, { model: 'fashion', unit: 'images', charge: { kind: 'graduated', tiers } }],
});

test('the price book that comes along is one, and prices every model that comes along by its name', () => {
  const book = parsePriceBook(file('price-book.json'));
  const models = catalogue().map(({ folder }) => folder.split('/').at(-1) ?? '');
  expect(models).toContain('fashion');
  expect(unknownModels(book, models)).toEqual([]);
  const named = book.prices.map(({ model }) => model);
  for (const model of models) expect(named).toContain(model);
});

test('prices/price-book.schema.json is the JSON Schema of a price book', () => {
  expect(file('price-book.schema.json')).toEqual(z.toJSONSchema(priceBookSchema, { io: 'input' }));
});

test.each<[string, unknown, RegExp]>([
  ['an unknown field', { ...whole, curency: 'EUR' }, /curency/],
  ['no version', { ...whole, version: undefined }, /^version: /],
  ['an unknown unit', { ...whole, prices: [{ ...catchAll, unit: 'images/s' }] }, /^prices\[0\]\.unit: .*requests/],
  [
    'a price as a number',
    { ...whole, prices: [{ ...catchAll, charge: { kind: 'flat', price: 0.1 } }] },
    /^prices\[0\]\.charge\.price: /,
  ],
  [
    '13 places',
    { ...whole, prices: [{ ...catchAll, charge: { kind: 'flat', price: '0.0000000000001' } }] },
    /at most 12 digits/,
  ],
  [
    'a negative price',
    { ...whole, prices: [{ ...catchAll, charge: { kind: 'flat', price: '-1' } }] },
    /decimal number/,
  ],
  ['an unknown charge', { ...whole, prices: [{ ...catchAll, charge: { kind: 'per-moon' } }] }, /^prices\[0\]\.charge/],
  ['an unknown currency', { ...whole, currency: 'EUX' }, /^currency: EUX is not listed in ISO 4217/],
  ['a day that is none', { ...whole, validFrom: '2026-02-30T00:00:00Z' }, /^validFrom: there is no moment/],
  ['half an hour', { ...whole, validFrom: '2026-11-01T00:30:00Z' }, /^validFrom: .*beginning of an hour/],
  ['nothing for other models', { ...whole, prices: [] }, /^prices: no price for model "\*".*free/],
  [
    'a second price for the same',
    { ...whole, prices: [catchAll, catchAll] },
    /^prices\[1\]: a second price for requests .*prices\[0\]/,
  ],
  [
    'overlapping tiers',
    tiered([{ upTo: 20, price: '2' }, { upTo: 10, price: '1' }, { price: '1' }]),
    /^prices\[1\]\.charge\.tiers\[1\]\.upTo: 10 is not above 20.*overlap/,
  ],
  [
    'no last tier',
    tiered([{ upTo: 20, price: '2' }]),
    /^prices\[1\]\.charge\.tiers\[0\]: the last tier ends at 20.*add a tier without upTo/,
  ],
  [
    'a tier behind the last',
    tiered([{ price: '2' }, { price: '1' }]),
    /tiers\[0\]: a tier without upTo takes all the rest/,
  ],
  ['no tiers', tiered([]), /^prices\[1\]\.charge\.tiers: /],
  [
    'a model priced on one hardware only',
    { ...whole, prices: [catchAll, { ...catchAll, model: 'fashion', hardware: 'lambda-cpu' }] },
    /^prices\[1\]\.hardware: model "fashion" has no price with hardware "\*"/,
  ],
  ['a minimum below a cent', { ...whole, minimum: '0.001' }, /^minimum: 0.001 has more than the 2 digits of EUR/],
  [
    'cheaper overage',
    { ...whole, plans: { pro: { commitment: { amount: '5', overageFactor: '0.5', trueUp: true } } } },
    /^plans\.pro\.commitment\.overageFactor: 0.5 .*"1" or more/,
  ],
])('a book with %s is refused: where, and what to do', (_, value, text) => {
  expect(() => parsePriceBook(value)).toThrow(text);
});

test('the plan goes before the book, the model before "*", and hardware before "*"', () => {
  const price = (amount: string, change: object = {}) => ({
    ...catchAll,
    charge: { kind: 'flat', price: amount },
    ...change,
  });
  const book = parsePriceBook({
    ...whole,
    prices: [
      price('1'),
      price('2', { model: 'fashion' }),
      price('3', { model: 'fashion', hardware: 'sagemaker-ml.g5.xlarge' }),
      price('4', { model: 'fashion', unit: 'images' }),
    ],
    plans: { free: { prices: [price('5', { model: 'spam' })] }, pro: { prices: [price('6')] } },
  });
  const of = (plan: string, model: string, hardware = 'lambda-cpu') =>
    applicablePrices(book, plan, model, hardware).map(({ price: { charge } }) => 'price' in charge && charge.price);
  expect(of('free', 'anything')).toEqual(['1']);
  expect(of('free', 'fashion')).toEqual(['2', '4']);
  expect(of('free', 'fashion', 'sagemaker-ml.g5.xlarge')).toEqual(['3', '4']);
  expect(of('free', 'spam')).toEqual(['5']);
  expect(of('pro', 'fashion')).toEqual(['6']);
  expect(of('constructor', 'anything')).toEqual(['1']);
});

test('an hour is charged by the book that was published and valid when it was used', () => {
  const [old, next, backdated] = [
    priceBook({ version: 'old' }),
    priceBook({ version: 'next', validFrom: '2026-12-01T00:00:00Z' }),
    priceBook({ version: 'backdated', validFrom: '2026-11-10T00:00:00Z' }),
  ];
  const books = published(old, next, backdated);
  const of = (hour: string, named?: string) => bookForHour(books, new Date(`${hour}:00:00Z`), named)?.version;
  expect(of('2026-11-20T00', 'old')).toBe('old');
  expect(of('2026-11-30T23', 'next')).toBe('old');
  expect(of('2026-12-01T00', 'next')).toBe('next');
  expect(of('2026-11-20T00', 'backdated')).toBe('backdated');
  expect(of('2026-11-20T00')).toBe('backdated');
  expect(of('2026-10-31T23', 'backdated')).toBeUndefined();
  expect(of('2026-11-20T00', 'never-published')).toBeUndefined();
});
