import type { MeterUnit } from '../price-book/meter-units.ts';

const names: Readonly<Record<MeterUnit, string>> = {
  requests: 'Requests',
  items: 'Items',
  tokens: 'Tokens',
  images: 'Images',
  audioMs: 'Milliseconds',
  computeMs: 'Milliseconds',
  bytesIn: 'Bytes',
  bytesOut: 'Bytes',
};

/** A unit as FOCUS spells units: `Tokens`, `1000 Tokens`. @param size units in a package */
export const focusUnit = (unit: MeterUnit, size?: number): string =>
  size === undefined ? names[unit] : `${size} ${names[unit]}`;
