import en from 'zod/v4/locales/en.js';
import { InvalidInputError } from '../../api/maas-error.ts';
import { checkPriceBook, type PriceBookProblem } from './check-price-book.ts';
import { type PriceBook, priceBookSchema } from './price-book.ts';

const problemsMax = 10;
const error = en().localeError;

/**
 * Reads a price book.
 *
 * @param value parsed JSON
 * @throws InvalidInputError that names every wrong place (ten at most) and what to do about it
 */
export function parsePriceBook(value: unknown): PriceBook {
  const { data, error: refused } = priceBookSchema.safeParse(value, { error });
  const problems: readonly PriceBookProblem[] =
    data === undefined
      ? (refused?.issues ?? []).map((issue) => ({ path: place(issue.path), message: issue.message }))
      : checkPriceBook(data);
  if (data !== undefined && problems.length === 0) return data;
  const lines = problems
    .slice(0, problemsMax)
    .map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  const more = problems.length - lines.length;
  throw new InvalidInputError([...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n').slice(0, 4000));
}

const place = (path: readonly PropertyKey[]): string =>
  path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`))
    .join('');
