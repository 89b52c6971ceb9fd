import { decimalText } from './decimal-text.ts';

/** An integer of 10^-12 as a decimal number without zeros at its end: `0.0004`, `12`. */
export const exactText = (pico: bigint): string => decimalText(pico, 12).replace(/\.?0+$/, '');
