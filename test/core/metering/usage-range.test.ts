import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidInputError } from '../../../core/api/maas-error.ts';
import { usageRange } from '../../../core/metering/usage-range.ts';

const now = new Date('2026-11-21T12:34:56.789Z');
const range = (query: Record<string, string>) => {
  const { from, to } = usageRange(query, now);
  return [from.toISOString(), to.toISOString()];
};

test.each<[string, Record<string, string>, string, string]>([
  ['nothing', {}, '2026-11-01T00:00:00.000Z', '2026-11-21T12:34:56.789Z'],
  ['a first day', { from: '2026-11-20' }, '2026-11-20T00:00:00.000Z', '2026-11-21T12:34:56.789Z'],
  ['an end', { to: '2026-11-03' }, '2026-11-01T00:00:00.000Z', '2026-11-03T00:00:00.000Z'],
  ['days', { from: '2026-10-01', to: '2026-11-01' }, '2026-10-01T00:00:00.000Z', '2026-11-01T00:00:00.000Z'],
  [
    'instants with offsets',
    { from: '2026-11-01T01:00:00+02:00', to: '2026-11-01T08:30:00.5z' },
    '2026-10-31T23:00:00.000Z',
    '2026-11-01T08:30:00.500Z',
  ],
  [
    'an empty interval',
    { from: '2026-11-01', to: '2026-11-01' },
    '2026-11-01T00:00:00.000Z',
    '2026-11-01T00:00:00.000Z',
  ],
])('%s', (_, query, from, to) => {
  expect(range(query)).toEqual([from, to]);
});

test('the first moment of a month has an empty default', () => {
  const first = new Date('2026-11-01T00:00:00Z');
  expect(usageRange({}, first)).toEqual({ from: first, to: first });
});

test('the last moment of a long month is within the 31 days', () => {
  expect(usageRange({}, new Date('2026-12-31T23:59:59.999Z')).from).toEqual(new Date('2026-12-01T00:00:00Z'));
});

test.each<[Record<string, string>, string]>([
  [{ from: '2026-10-01' }, 'is more than 31 days'],
  [{ from: '2026-10-01', to: '2026-11-01T00:00:00.001Z' }, 'is more than 31 days'],
  [{ from: '2026-11-03', to: '2026-11-02' }, 'is after to'],
  [{ from: '2027-01-01' }, 'is after to'],
  [{ tenant: 'other' }, 'unknown parameter "tenant"; there are from and to'],
])('%j is refused: %s', (query, reason) => {
  expect(() => range(query)).toThrow(InvalidInputError);
  expect(() => range(query)).toThrow(reason);
});

test.each([
  '',
  'today',
  '2026',
  '2026-11',
  '2026-02-30',
  '2026-13-01',
  '2026-11-01T08:30:00',
  '2026-11-01 08:30:00Z',
  '2026-11-01T24:00:00Z',
  '2026-11-01T08:30:60Z',
  '2026-02-30T00:00:00Z',
  '+012026-11-01',
  '1969-12-31',
  '2026-11-01T08:30:00 02:00',
])('%j is neither a day nor an instant', (text) => {
  expect(() => range({ from: text })).toThrow(/^from is ".*"; it must be a day such as/);
  expect(() => range({ to: text })).toThrow(/^to is ".*"; it must be a day such as/);
});

test('whatever is asked, the answer is an interval of at most 31 days or an error for the client', () => {
  const text = fc.oneof(
    fc.string(),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.date({ min: new Date('2026-09-01'), max: new Date('2026-12-31'), noInvalidDate: true }).map((d) => d.toJSON()),
    fc.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
  );
  fc.assert(
    fc.property(fc.record({ from: text, to: text }, { requiredKeys: [] }), (query) => {
      try {
        const { from, to } = usageRange(query, now);
        expect(to.getTime() - from.getTime()).toBeGreaterThanOrEqual(0);
        expect(to.getTime() - from.getTime()).toBeLessThanOrEqual(31 * 86_400_000);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidInputError);
      }
    }),
    { numRuns: 1000 },
  );
});
