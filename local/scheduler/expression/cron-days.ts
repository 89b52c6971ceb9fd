import { type FieldRange, fieldValue, fieldValues } from './cron-field.ts';

const dayOfMonth: FieldRange = { name: 'day of the month', min: 1, max: 31 };
const dayOfWeek: FieldRange = {
  name: 'day of the week',
  min: 1,
  max: 7,
  names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
};

/** The days of a month (from 1) on which a schedule runs. */
export type MonthDays = (year: number, month: number) => ReadonlySet<number>;

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();
/** From 1, Sunday. */
const weekday = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

/**
 * The two fields about days: one of them says which, the other is `?`.
 * @throws Error
 */
export function cronDays(monthField: string, weekField: string): MonthDays {
  if ((monthField === '?') === (weekField === '?')) {
    throw new Error('exactly one of day-of-month and day-of-week must be ?');
  }
  return weekField === '?' ? daysOfMonth(monthField) : daysOfWeek(weekField);
}

function daysOfMonth(field: string): MonthDays {
  const parts = field.split(',').map((part): MonthDays => {
    if (part.toUpperCase() === 'L') return (year, month) => new Set([daysIn(year, month)]);
    const near = /^(\d+)W$/i.exec(part)?.[1];
    if (near !== undefined) {
      const day = fieldValue(near, dayOfMonth);
      return (year, month) => nearestWeekday(year, month, day);
    }
    const values = fieldValues(part, dayOfMonth);
    return (year, month) => new Set([...values].filter((day) => day <= daysIn(year, month)));
  });
  return (year, month) => new Set(parts.flatMap((part) => [...part(year, month)]));
}

/** The weekday nearest to a day, in the same month. */
function nearestWeekday(year: number, month: number, day: number): ReadonlySet<number> {
  const last = daysIn(year, month);
  if (day > last) return new Set();
  switch (weekday(year, month, day)) {
    case 7:
      return new Set([day > 1 ? day - 1 : day + 2]);
    case 1:
      return new Set([day < last ? day + 1 : day - 2]);
    default:
      return new Set([day]);
  }
}

function daysOfWeek(field: string): MonthDays {
  const { name, nth, last } = /^(?:(?<name>\w+)#(?<nth>[1-5])|(?<last>\w+)L)$/i.exec(field)?.groups ?? {};
  if (name !== undefined) {
    const day = fieldValue(name, dayOfWeek);
    return (year, month) => new Set(onWeekdays(year, month, new Set([day])).slice(Number(nth) - 1, Number(nth)));
  }
  if (last !== undefined) {
    const day = fieldValue(last, dayOfWeek);
    return (year, month) => new Set(onWeekdays(year, month, new Set([day])).slice(-1));
  }
  const values = new Set<number>();
  for (const part of field.split(',')) {
    // By itself L is the last day of the week.
    for (const day of part.toUpperCase() === 'L' ? [dayOfWeek.max] : fieldValues(part, dayOfWeek)) values.add(day);
  }
  return (year, month) => new Set(onWeekdays(year, month, values));
}

const onWeekdays = (year: number, month: number, weekdays: ReadonlySet<number>): number[] =>
  Array.from({ length: daysIn(year, month) }, (_, index) => index + 1).filter((day) =>
    weekdays.has(weekday(year, month, day)),
  );
