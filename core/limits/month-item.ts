import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Place } from './item-update.ts';
import type { LimitAlert } from './limit-alert.ts';
import type { LimitUnit } from './limits.ts';
import { limitUnits } from './limits.ts';
import type { MonthState, Reservation } from './month-state.ts';
import type { PriceQuantities } from './spend/month-rating.ts';

type Item = Readonly<Record<string, AttributeValue>>;
type Alert = MonthState['alerts'][number];

const alertPrefix = 'alert#';

/** The map of reservations: one value, so that beginning anew forgets also those that nobody has read. */
export const reservationsName = 'reserved';

/** The map of what was used by price. */
export const pricesName = 'prices';

export const reservationPlace = (id: string): Place => [reservationsName, id];

/** Where it is counted what was used at a price. */
export const pricePlace = (key: string): Place => [pricesName, key];

/** The attribute that says when a threshold was crossed; of another limit, it is another threshold. */
export const alertName = ({ unit, percent, limit }: Pick<LimitAlert, 'unit' | 'percent' | 'limit'>): string =>
  `${alertPrefix}${unit}#${percent}#${limit}`;

/** A reservation as its entry: the item is written with every request, and its length is what a write costs. */
export const reservationValue = ({ untilMs, units, prices }: Omit<Reservation, 'id'>): AttributeValue => ({
  L: [
    ...[untilMs, ...limitUnits.map((unit) => units[unit])].map(numberValue),
    ...(prices.size === 0 ? [] : [pricesValue(prices)]),
  ],
});

export const pricesValue = (prices: PriceQuantities): AttributeValue => ({
  M: Object.fromEntries([...prices].map(([key, quantity]) => [key, numberValue(quantity)])),
});

const numberValue = (value: number) => ({ N: String(value) });

/** Reads the item of a month. */
export function monthState(item: Item): MonthState {
  return {
    used: byUnit((unit) => Number(item[unit]?.N ?? 0)),
    ...(item['generation'] === undefined
      ? {}
      : {
          spending: {
            prices: pricesOf(item[pricesName]),
            generation: Number(item['generation'].N),
            revision: Number(item['revision']?.N ?? 0),
          },
        }),
    running: Number(item['running']?.N ?? 0),
    reservations: Object.entries(item[reservationsName]?.M ?? {}).map(([id, value]) => reservationOf(id, value)),
    alerts: Object.entries(item).flatMap(([name, { S: at = '' }]) =>
      name.startsWith(alertPrefix) ? [alertOf(name.slice(alertPrefix.length), at)] : [],
    ),
  };
}

function reservationOf(id: string, { L: [until, ...counts] = [] }: AttributeValue): Reservation {
  return {
    id,
    untilMs: Number(until?.N ?? 0),
    units: byUnit((_, at) => Number(counts[at]?.N ?? 0)),
    prices: pricesOf(counts[limitUnits.length]),
  };
}

function alertOf(name: string, at: string): Alert {
  const [unit, percent, limit = ''] = name.split('#');
  return { unit: unit as Alert['unit'], percent: Number(percent) as Alert['percent'], limit, at };
}

const pricesOf = (value: AttributeValue | undefined): PriceQuantities =>
  new Map(Object.entries(value?.M ?? {}).map(([key, { N }]) => [key, Number(N)]));

const byUnit = (count: (unit: LimitUnit, at: number) => number): MonthState['used'] =>
  Object.fromEntries(limitUnits.map((unit, at) => [unit, count(unit, at)])) as MonthState['used'];
