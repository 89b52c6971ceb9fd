import { InvalidInputError } from '../../api/maas-error.ts';
import type { Currency } from './currency.ts';

/**
 * Reads an amount that somebody wrote, in minor units.
 *
 * @throws InvalidInputError when it is no amount of the currency, or not above zero
 */
export function positiveAmount(text: string, currency: Currency): bigint {
  let minor: bigint;
  try {
    minor = currency.minor(text);
  } catch (cause) {
    throw new InvalidInputError(`amount: ${(cause as Error).message}`, { cause });
  }
  if (minor <= 0n) throw new InvalidInputError(`amount: ${text} is not above zero`);
  return minor;
}
