import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { LimitUnit } from './limits.ts';
import { limitUnits } from './limits.ts';
import type { MonthState, Reservation } from './month-state.ts';

type Item = Readonly<Record<string, AttributeValue>>;
type Alert = MonthState['alerts'][number];

const reservationPrefix = 'r#';
const alertPrefix = 'alert#';
const pricePrefix = 'p#';

/** The attribute that holds a reservation. */
export const reservationName = (id: string): string => `${reservationPrefix}${id}`;

/** The attribute that counts what was used at a price. */
export const priceName = (key: string): string => `${pricePrefix}${key}`;

/** The attribute that says when a threshold was crossed. */
export const alertName = ({ unit, percent }: Pick<Alert, 'unit' | 'percent'>): string =>
  `${alertPrefix}${unit}#${percent}`;

/** A reservation as its attribute: the item is written with every request, and its length is what a write costs. */
export const reservationValue = ({ untilMs, units, prices }: Omit<Reservation, 'id'>): AttributeValue => ({
  L: [
    ...[untilMs, ...limitUnits.map((unit) => units[unit])].map(numberValue),
    ...(prices.size === 0 ? [] : [{ M: Object.fromEntries([...prices].map(([key, n]) => [key, numberValue(n)])) }]),
  ],
});

const numberValue = (value: number) => ({ N: String(value) });

/** Reads the item of a month. */
export function monthState(item: Item): MonthState {
  const reservations: Reservation[] = [];
  const alerts: Alert[] = [];
  const prices = new Map<string, number>();
  for (const [name, value] of Object.entries(item)) {
    if (name.startsWith(reservationPrefix)) {
      const [until, ...counts] = value.L ?? [];
      const units = byUnit((_, at) => Number(counts[at]?.N ?? 0));
      const byPrice = Object.entries(counts[limitUnits.length]?.M ?? {});
      reservations.push({
        id: name.slice(reservationPrefix.length),
        untilMs: Number(until?.N ?? 0),
        units,
        prices: new Map(byPrice.map(([key, { N }]) => [key, Number(N)])),
      });
    } else if (name.startsWith(pricePrefix)) {
      prices.set(name.slice(pricePrefix.length), Number(value.N));
    } else if (name.startsWith(alertPrefix)) {
      const [unit, percent] = name.slice(alertPrefix.length).split('#');
      alerts.push({ unit: unit as Alert['unit'], percent: Number(percent) as Alert['percent'], at: value.S ?? '' });
    }
  }
  return {
    used: byUnit((unit) => Number(item[unit]?.N ?? 0)),
    ...(item['generation'] === undefined
      ? {}
      : {
          spending: {
            prices,
            generation: Number(item['generation'].N),
            revision: Number(item['revision']?.N ?? 0),
          },
        }),
    running: Number(item['running']?.N ?? 0),
    reservations,
    alerts,
  };
}

const byUnit = (count: (unit: LimitUnit, at: number) => number): MonthState['used'] =>
  Object.fromEntries(limitUnits.map((unit, at) => [unit, count(unit, at)])) as MonthState['used'];
