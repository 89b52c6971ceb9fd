import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidInputError } from '../../../core/api/maas-error.ts';
import { buckets, usageQuery } from '../../../core/metering/usage-query.ts';

const now = new Date('2026-11-22T12:34:56.789Z');
const query = (parameters: Record<string, string>) => usageQuery(parameters, now);

test('from and to, or nothing, ask for sums', () => {
  expect(query({})).toEqual({ from: new Date('2026-11-01T00:00:00Z'), to: now });
  expect(query({ from: '2026-11-20' })).toEqual({ from: new Date('2026-11-20T00:00:00Z'), to: now });
});

test('start asks for buckets, of a day up to now unless something else is said', () => {
  expect(query({ start: '2026-11-20' })).toEqual({
    from: new Date('2026-11-20T00:00:00Z'),
    to: now,
    bucket: '1d',
    groupBy: [],
  });
  expect(
    query({ start: '2026-11-22T08:30:00Z', end: '2026-11-22T09:00:00Z', bucket: '1m', group_by: 'key,model' }),
  ).toEqual({
    from: new Date('2026-11-22T08:30:00Z'),
    to: new Date('2026-11-22T09:00:00Z'),
    bucket: '1m',
    groupBy: ['key', 'model'],
  });
});

test.each<[Record<string, string>, string]>([
  [{ start: '2026-11-20', from: '2026-11-20' }, 'unknown parameter "from"'],
  [{ start: '2026-11-20', tenant: 'other' }, 'unknown parameter "tenant"'],
  [{ bucket: '1h' }, 'start is missing'],
  [{ start: '2026-11-20', bucket: '5m' }, 'it must be one of 1m, 1h, 1d'],
  [{ start: '2026-11-20', bucket: 'toString' }, 'it must be one of 1m, 1h, 1d'],
  [{ start: '2026-11-20', group_by: 'tenant' }, 'it must name some of model, key, unit'],
  [{ start: '2026-11-20', group_by: 'model,model' }, 'each once'],
  [{ start: '2026-11-20', group_by: '' }, 'it must name some of'],
  [{ start: '2026-11-23' }, 'is after end'],
  [{ start: 'today' }, 'start is "today"'],
  [{ start: '2026-11-20', end: 'tomorrow' }, 'end is "tomorrow"'],
  [{ start: '2026-10-01' }, '53 buckets of 1d; one answer has at most 31'],
  [{ start: '2026-11-01', bucket: '1h' }, 'one answer has at most 168'],
  [{ start: '2026-11-20', bucket: '1m' }, 'one answer has at most 1440'],
])('%j is refused: %s', (parameters, reason) => {
  expect(() => query(parameters)).toThrow(InvalidInputError);
  expect(() => query(parameters)).toThrow(reason);
});

test('as many buckets as there may be are answered: a day of minutes, a week of hours, a month of days', () => {
  for (const [bucket, { ms, most }] of Object.entries(buckets)) {
    const start = new Date('2026-10-01T00:00:00Z');
    const end = new Date(start.getTime() + ms * most);
    const parameters = { start: start.toISOString(), end: end.toISOString(), bucket };
    expect(query(parameters)).toMatchObject({ bucket });
    expect(() => query({ ...parameters, end: new Date(end.getTime() + 1).toISOString() })).toThrow('buckets of');
  }
});

test('whatever is asked, the answer is a query or an error for the client', () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('1m', '1h', '1d', 'model', 'key,unit', '2026-11-22', '2026-11-22T01:00:00Z'),
  );
  fc.assert(
    fc.property(
      fc.record({ start: text, end: text, bucket: text, group_by: text, from: text }, { requiredKeys: [] }),
      (parameters) => {
        try {
          query(parameters);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
