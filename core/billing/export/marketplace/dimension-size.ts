import { picoUnits } from '../../money/pico-units.ts';
import type { MarketplaceDimension } from './marketplace-connection.ts';

/** What one of a dimension is: so many units, or so much in 10^-12 of the currency. */
export const dimensionSize = (dimension: MarketplaceDimension): bigint =>
  'cost' in dimension ? picoUnits(dimension.per) : BigInt(dimension.per);
