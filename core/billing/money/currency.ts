import { decimalText } from './decimal-text.ts';
import { divideHalfAway } from './divide-half-away.ts';
import { picoUnits } from './pico-units.ts';

/**
 * Money of one currency, in integers of its minor unit: cents for EUR, yen for JPY, thousandths for BHD.
 *
 * @see https://tc39.es/ecma402/#sec-currencydigits (the minor units of ISO 4217)
 */
export class Currency {
  readonly code: string;
  /** Digits after the point. */
  readonly digits: number;

  /** @throws RangeError for a code that ISO 4217 does not list */
  constructor(code: string) {
    if (!Intl.supportedValuesOf('currency').includes(code)) {
      throw new RangeError(`${JSON.stringify(code)} is no currency of ISO 4217, such as EUR or USD`);
    }
    this.code = code;
    this.digits =
      new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits ?? 2;
  }

  /** Rounds an exact amount in 10^-12 to the minor unit, halves away from zero: the one rounding that a line of an invoice gets. */
  round(pico: bigint): bigint {
    return divideHalfAway(pico, 10n ** BigInt(12 - this.digits));
  }

  /** `1205n` as `12.05`. */
  text(minor: bigint): string {
    return decimalText(minor, this.digits);
  }

  /**
   * `12.05` as `1205n`, also with a minus.
   *
   * @throws RangeError for what is not a number, or has more digits than the currency
   */
  minor(text: string): bigint {
    const size = picoUnits(text.replace(/^-/, ''));
    const unit = 10n ** BigInt(12 - this.digits);
    if (size % unit !== 0n) throw new RangeError(`${text} has more than the ${this.digits} digits of ${this.code}`);
    return text.startsWith('-') ? -(size / unit) : size / unit;
  }
}
