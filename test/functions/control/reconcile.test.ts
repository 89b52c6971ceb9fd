import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
  platform.clock.now = new Date('2026-11-22T08:30:00Z');
});
afterAll(() => platform.stop());

const reconcile = (body: object) => platform.control<{ detail: string }>('POST', '/billing/reconcile', { body });

test('an hour that nothing happened in has no drift', async () => {
  const { status, json } = await reconcile({ hour: '2026-11-22T07' });
  expect([status, json]).toEqual([
    200,
    expect.objectContaining({ hour: '2026-11-22T07', answered: 0, events: 0, missing: 0, driftPpm: 0, findings: [] }),
  ]);
});

test.each([
  ['2026-11-22T09', 'yet to come'],
  ['2026-11-08T07', 'more than 14 days ago'],
  ['2026-11-22', 'an hour such as'],
  ['2026-13-22T07', 'a day that there is'],
])('%s is no hour to reconcile, and it is said why', async (hour, why) => {
  const { status, json } = await reconcile({ hour });
  expect(status).toBe(400);
  expect(json.detail).toContain(why);
});

test('there must be the tenant that is asked for', async () => {
  expect((await reconcile({ hour: '2026-11-22T07', tenant: 'nobody' })).status).toBe(404);
});
