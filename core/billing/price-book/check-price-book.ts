import { Currency } from '../money/currency.ts';
import { picoUnits } from '../money/pico-units.ts';
import type { Price, PriceBook, Terms } from './price-book.ts';
import { tierProblems } from './tier-problems.ts';

/** Something wrong in a price book: where, and what to do about it. */
export interface PriceBookProblem {
  /** As one would write it in code: `plans.free.prices[3].charge.tiers[0]`. */
  readonly path: string;
  readonly message: string;
}

/**
 * What is wrong with a price book that has the right shape. Nothing, for one that rates every success of every model: the book must say
 * what other models cost than those it names, and what a model costs on other hardware, if only that it is free.
 */
export function checkPriceBook(book: PriceBook): readonly PriceBookProblem[] {
  const problems: PriceBookProblem[] = [];
  const currency = known(book.currency);
  if (currency === undefined) {
    problems.push({ path: 'currency', message: `${book.currency} is not listed in ISO 4217; write EUR, USD, JPY …` });
  }
  if (new Date(book.validFrom).toJSON()?.replace('.000Z', 'Z') !== book.validFrom) {
    problems.push({
      path: 'validFrom',
      message: `there is no moment ${book.validFrom}; write the beginning of an hour in UTC`,
    });
  }
  if (!book.prices.some(({ model }) => model === '*')) {
    problems.push({
      path: 'prices',
      message:
        'no price for model "*": models that the book does not name would cost nothing unseen; add one, with the price "0" if they are free',
    });
  }
  problems.push(...priceListProblems('prices', book.prices), ...termsProblems('', book, currency));
  for (const [plan, { prices, ...terms }] of Object.entries(book.plans)) {
    problems.push(...priceListProblems(`plans.${plan}.prices`, prices));
    problems.push(...termsProblems(`plans.${plan}.`, terms, currency));
  }
  return problems;
}

function known(code: string): Currency | undefined {
  try {
    return new Currency(code);
  } catch {
    return undefined;
  }
}

function priceListProblems(path: string, prices: readonly Price[]): readonly PriceBookProblem[] {
  const seen = new Map<string, number>();
  const problems = prices.flatMap(({ model, unit, hardware, charge }, index): readonly PriceBookProblem[] => {
    const at = `${path}[${index}]`;
    const key = `${model} ${unit} ${hardware}`;
    const first = seen.get(key);
    if (first !== undefined) {
      return [
        {
          path: at,
          message: `a second price for ${unit} of model "${model}" on hardware "${hardware}"; remove it or ${path}[${first}]`,
        },
      ];
    }
    seen.set(key, index);
    return 'tiers' in charge ? tierProblems(`${at}.charge.tiers`, charge.tiers) : [];
  });
  for (const model of new Set(prices.map((price) => price.model))) {
    if (prices.some((price) => price.model === model && price.hardware === '*')) continue;
    const index = prices.findIndex((price) => price.model === model);
    problems.push({
      path: `${path}[${index}].hardware`,
      message: `model "${model}" has no price with hardware "*": on other hardware it would cost nothing unseen; add one`,
    });
  }
  return problems;
}

function termsProblems(path: string, terms: Terms, currency: Currency | undefined): readonly PriceBookProblem[] {
  const { minimum, commitment } = terms;
  const problems: PriceBookProblem[] = [];
  for (const [name, amount] of [
    ['minimum', minimum],
    ['commitment.amount', commitment?.amount],
  ] as const) {
    if (amount === undefined || currency === undefined) continue;
    try {
      currency.minor(amount);
    } catch (error) {
      problems.push({ path: `${path}${name}`, message: `${(error as Error).message}; round it` });
    }
  }
  if (commitment !== undefined && picoUnits(commitment.overageFactor) < 10n ** 12n) {
    problems.push({
      path: `${path}commitment.overageFactor`,
      message: `${commitment.overageFactor} would make usage above the commitment cheaper than below; write "1" or more`,
    });
  }
  return problems;
}
