import { expect, test } from 'vitest';
import { noUnits } from '../../core/metering/add-units.ts';
import { UsageBuckets } from '../../core/metering/usage-buckets.ts';
import { usageQuery } from '../../core/metering/usage-query.ts';
import { jsonResponse } from '../../functions/json-response.ts';
import { proxyResult } from '../../functions/proxy-result.ts';

/** A day of minutes in which each of so many keys used five models. */
function busyDay(keys: number): UsageBuckets {
  const query = usageQuery(
    { start: '2026-11-01', end: '2026-11-02', bucket: '1m', group_by: 'model,key' },
    new Date('2026-11-03T00:00:00Z'),
  );
  if (!('bucket' in query)) throw new Error('no query for buckets');
  const sums = new UsageBuckets(query);
  for (let minute = 0; minute < 1440; minute += 1) {
    for (let at = 0; at < keys * 5; at += 1) {
      const moment = new Date(query.from.getTime() + minute * 60_000);
      sums.add(moment, {
        model: `model-${at % 5}`,
        keyId: `k-${Math.floor(at / 5)}`,
        units: { ...noUnits, requests: 1 },
      });
    }
  }
  return sums;
}

test('minutes of a day that Lambda cannot return are 413 that says what to ask for instead, and never an answer that it drops', () => {
  const few = jsonResponse(200, busyDay(1).report('t-few'));
  expect(JSON.stringify(proxyResult(few)).length).toBeLessThan(6_291_456);
  expect(() => jsonResponse(200, busyDay(8).report('t-many'))).toThrow(
    expect.objectContaining({ status: 413, message: expect.stringContaining('ask for less, such as a shorter time') }),
  );
});
