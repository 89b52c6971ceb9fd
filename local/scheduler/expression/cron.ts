import { cronDays } from './cron-days.ts';
import { type FieldRange, fieldValues } from './cron-field.ts';
import type { NextRun } from './next-run.ts';
import type { TimeZone } from './time-zone.ts';

const minute: FieldRange = { name: 'minute', min: 0, max: 59 };
const hour: FieldRange = { name: 'hour', min: 0, max: 23 };
const month: FieldRange = {
  name: 'month',
  min: 1,
  max: 12,
  names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
const year: FieldRange = { name: 'year', min: 1970, max: 2199 };

/** No clock is put forward or back by more. */
const shiftMsMax = 3 * 60 * 60 * 1000;

const ascending = (values: ReadonlySet<number>): number[] => [...values].sort((a, b) => a - b);

/**
 * A cron expression: minutes, hours, day of the month, month, day of the week, year. A time that clocks skip is left out, and one that they
 * show twice counts once, the first time.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 *
 * @param fields what is in the parentheses
 * @throws Error that says which field is wrong
 */
export function cron(fields: string, zone: TimeZone): NextRun {
  const parts = fields.trim().split(/\s+/);
  const [minutes = '', hours = '', monthDays = '', months = '', weekDays = '', years = ''] = parts;
  if (parts.length !== 6) throw new Error(`a cron expression has 6 fields, not ${parts.length}`);
  const times = ascending(fieldValues(hours, hour)).flatMap((h) =>
    ascending(fieldValues(minutes, minute)).map((m) => (h * 60 + m) * 60_000),
  );
  const daysOf = cronDays(monthDays, weekDays);
  const allMonths = ascending(fieldValues(months, month));
  const allYears = ascending(fieldValues(years, year));

  return (afterMs) => {
    const shown = zone.wallClockAt(afterMs);
    const firstDay = Math.floor((shown - shiftMsMax) / 86_400_000) * 86_400_000;
    for (const y of allYears) {
      if (Date.UTC(y + 1, 0) <= firstDay) continue;
      for (const m of allMonths) {
        if (Date.UTC(y, m) <= firstDay) continue;
        for (const d of ascending(daysOf(y, m))) {
          const day = Date.UTC(y, m - 1, d);
          if (day < firstDay) continue;
          for (const time of times) {
            if (day + time < shown - shiftMsMax) continue;
            const epochMs = zone.epochOf(day + time);
            if (epochMs !== undefined && epochMs > afterMs) return epochMs;
          }
        }
      }
    }
    return undefined;
  };
}
