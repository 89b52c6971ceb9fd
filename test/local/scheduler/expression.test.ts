import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scheduleExpression } from '../../../local/scheduler/expression/schedule-expression.ts';
import { timeZone } from '../../../local/scheduler/expression/time-zone.ts';

const utc = timeZone('UTC');

/** The next runs of an expression after a moment. */
function runs(expression: string, after: string, count = 1, zone = 'UTC'): (string | undefined)[] {
  const next = scheduleExpression(expression, timeZone(zone), Date.parse(after));
  const found: (string | undefined)[] = [];
  let at: number | undefined = Date.parse(after);
  while (found.length < count && at !== undefined) {
    at = next(at);
    found.push(at === undefined ? undefined : new Date(at).toISOString().replace(':00.000Z', ''));
  }
  return found;
}

test.each([
  // Examples of AWS's user guide, and days around them.
  ['cron(0 10 * * ? *)', '2026-11-22T09:59:59Z', ['2026-11-22T10:00', '2026-11-23T10:00']],
  ['cron(15 12 * * ? *)', '2026-11-22T12:15:00Z', ['2026-11-23T12:15']],
  ['cron(0 18 ? * MON-FRI *)', '2026-11-20T18:00:00Z', ['2026-11-23T18:00', '2026-11-24T18:00']],
  ['cron(0 8 1 * ? *)', '2026-11-22T00:00:00Z', ['2026-12-01T08:00', '2027-01-01T08:00']],
  ['cron(0/15 * * * ? *)', '2026-11-22T23:40:00Z', ['2026-11-22T23:45', '2026-11-23T00:00']],
  ['cron(0/5 8-17 ? * MON-FRI *)', '2026-11-20T17:54:00Z', ['2026-11-20T17:55', '2026-11-23T08:00']],
  ['cron(15 10 ? * 6L 2022-2023)', '2022-11-25T10:15:00Z', ['2022-12-30T10:15', '2023-01-27T10:15']],
  // The wildcards that only days have.
  ['cron(0 0 L * ? *)', '2028-02-01T00:00:00Z', ['2028-02-29T00:00', '2028-03-31T00:00']],
  ['cron(0 0 3W * ? *)', '2026-10-01T00:00:00Z', ['2026-10-02T00:00', '2026-11-03T00:00']],
  ['cron(0 0 1W * ? *)', '2026-07-31T00:00:00Z', ['2026-08-03T00:00', '2026-09-01T00:00']],
  ['cron(0 0 31W * ? *)', '2027-01-01T00:00:00Z', ['2027-01-29T00:00', '2027-03-31T00:00']],
  ['cron(0 0 ? * 3#2 *)', '2026-11-01T00:00:00Z', ['2026-11-10T00:00', '2026-12-08T00:00']],
  ['cron(0 0 ? * MON#5 *)', '2026-11-01T00:00:00Z', ['2026-11-30T00:00', '2027-03-29T00:00']],
  ['cron(0 0 ? * L *)', '2026-11-22T00:00:00Z', ['2026-11-28T00:00']],
  ['cron(0 0 1,L FEB,apr ? *)', '2027-01-01T00:00:00Z', ['2027-02-01T00:00', '2027-02-28T00:00', '2027-04-01T00:00']],
  ['cron(0 0 29 2 ? *)', '2026-01-01T00:00:00Z', ['2028-02-29T00:00', '2032-02-29T00:00']],
  ['cron(0 0 30 2 ? *)', '2026-01-01T00:00:00Z', [undefined]],
  ['cron(0 0 1 1 ? 2025)', '2026-01-01T00:00:00Z', [undefined]],
  // Others.
  ['rate(1 hour)', '2026-11-22T09:30:00Z', ['2026-11-22T10:30', '2026-11-22T11:30']],
  ['rate(5 minutes)', '2026-11-22T09:30:00Z', ['2026-11-22T09:35']],
  ['rate(2 days)', '2026-11-22T09:30:00Z', ['2026-11-24T09:30']],
  ['at(2030-01-31T08:00:00)', '2026-11-22T09:30:00Z', ['2030-01-31T08:00', undefined]],
  ['at(2020-01-31T08:00:00)', '2026-11-22T09:30:00Z', [undefined]],
])('%s after %s', (expression, after, expected) => {
  expect(runs(expression, after, expected.length)).toEqual(expected);
});

test('a time that clocks skip is left out, and one that they show twice counts once', () => {
  const berlin = (after: string, count: number) => runs('cron(30 2 * * ? *)', after, count, 'Europe/Berlin');
  expect(berlin('2026-03-28T00:00:00Z', 2)).toEqual(['2026-03-28T01:30', '2026-03-30T00:30']);
  expect(berlin('2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
  expect(runs('at(2026-03-29T02:30:00)', '2026-01-01T00:00:00Z', 1, 'Europe/Berlin')).toEqual([undefined]);
  expect(runs('at(2026-07-01T12:00:00)', '2026-01-01T00:00:00Z', 1, 'Asia/Kolkata')).toEqual(['2026-07-01T06:30']);
  expect(runs('cron(0 0 1 * ? *)', '2026-01-02T00:00:00Z', 1, 'Pacific/Kiritimati')).toEqual(['2026-01-31T10:00']);
});

test.each([
  ['cron(0 10 * * *)', '6 fields, not 5'],
  ['cron(0 10 * * * *)', 'exactly one of day-of-month and day-of-week must be ?'],
  ['cron(0 10 ? * ? *)', 'exactly one of day-of-month and day-of-week must be ?'],
  ['cron(60 10 * * ? *)', '60 is no minute (0-59)'],
  ['cron(0 24 * * ? *)', '24 is no hour'],
  ['cron(0 10 32 * ? *)', '32 is no day of the month'],
  ['cron(0 10 * JANUARY ? *)', 'JANUARY is no month'],
  ['cron(0 10 ? * 0 *)', '0 is no day of the week'],
  ['cron(0 10 ? * 3#1,6#3 *)', 'is no day of the week'],
  ['cron(0 10 ? * 3#6 *)', 'is no day of the week'],
  ['cron(0 10 LW * ? *)', 'LW is no day of the month'],
  ['cron(0 22-2 * * ? *)', 'the lower value comes first'],
  ['cron(0/0 10 * * ? *)', 'no increment of minute'],
  ['cron(0 10 * * ? 1969)', '1969 is no year'],
  ['rate(0 minutes)', 'not a positive number'],
  ['rate(1 week)', 'not a positive number'],
  ['at(2026-13-01T00:00:00)', 'not a time of the form'],
  ['at(2026-01-01)', 'not a time of the form'],
  ['every hour', 'none of rate(…), cron(…) and at(…)'],
])('%s is refused', (expression, message) => {
  expect(() => scheduleExpression(expression, utc, 0)).toThrow(message);
});

test('every run is later than the moment before it, and shows a time that the expression names', () => {
  const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
  const moment = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2040, 0) });
  fc.assert(
    fc.property(zone, moment, fc.nat(23), fc.nat(59), (name, after, hour, minute) => {
      const clock = timeZone(name);
      const next = scheduleExpression(`cron(${minute} ${hour} * * ? *)`, clock, 0)(after) ?? 0;
      expect(next).toBeGreaterThan(after);
      // A day, an hour for clocks that are put back, and a day more where the time is skipped.
      expect(next - after).toBeLessThanOrEqual(49 * 3_600_000);
      const shown = new Date(clock.wallClockAt(next));
      expect([shown.getUTCHours(), shown.getUTCMinutes(), shown.getUTCSeconds()]).toEqual([hour, minute, 0]);
    }),
    { numRuns: 200 },
  );
});
