import type { Reservation } from '../month-state.ts';
import type { PriceQuantities } from './month-rating.ts';

/** What all reservations together hold at each price. */
export function heldOf(reservations: readonly Pick<Reservation, 'prices'>[]): PriceQuantities {
  const held = new Map<string, number>();
  for (const { prices } of reservations) {
    for (const [key, quantity] of prices) held.set(key, (held.get(key) ?? 0) + quantity);
  }
  return held;
}
