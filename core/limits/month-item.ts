import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { LimitUnit } from './limits.ts';
import { limitUnits } from './limits.ts';
import type { MonthState, Reservation } from './month-state.ts';

type Item = Readonly<Record<string, AttributeValue>>;
type Alert = MonthState['alerts'][number];

const reservationPrefix = 'r#';
const alertPrefix = 'alert#';

/** The attribute that holds a reservation. */
export const reservationName = (id: string): string => `${reservationPrefix}${id}`;

/** The attribute that says when a threshold was crossed. */
export const alertName = ({ unit, percent }: Pick<Alert, 'unit' | 'percent'>): string =>
  `${alertPrefix}${unit}#${percent}`;

/** A reservation as its attribute: the item is written with every request, and its length is what a write costs. */
export const reservationValue = ({ untilMs, units }: Omit<Reservation, 'id'>): AttributeValue => ({
  L: [untilMs, ...limitUnits.map((unit) => units[unit])].map((value) => ({ N: String(value) })),
});

/** Reads the item of a month. */
export function monthState(item: Item): MonthState {
  const reservations: Reservation[] = [];
  const alerts: Alert[] = [];
  for (const [name, value] of Object.entries(item)) {
    if (name.startsWith(reservationPrefix)) {
      const [untilMs, ...counts] = (value.L ?? []).map(({ N }) => Number(N));
      const units = byUnit((_, at) => counts[at] ?? 0);
      reservations.push({ id: name.slice(reservationPrefix.length), untilMs: untilMs ?? 0, units });
    } else if (name.startsWith(alertPrefix)) {
      const [unit, percent] = name.slice(alertPrefix.length).split('#');
      alerts.push({ unit: unit as Alert['unit'], percent: Number(percent) as Alert['percent'], at: value.S ?? '' });
    }
  }
  return {
    used: byUnit((unit) => Number(item[unit]?.N ?? 0)),
    running: Number(item['running']?.N ?? 0),
    reservations,
    alerts,
  };
}

const byUnit = (count: (unit: LimitUnit, at: number) => number): MonthState['used'] =>
  Object.fromEntries(limitUnits.map((unit, at) => [unit, count(unit, at)])) as MonthState['used'];
