import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DynamoDBMonths } from '../../../core/limits/dynamodb-months.ts';
import { monthOf } from '../../../core/limits/month.ts';
import { usageEventOf } from '../../core/metering/usage-event-of.ts';
import { type Platform, startPlatform } from '../platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

interface View {
  readonly perMonth: Readonly<Record<string, { readonly limit: number; readonly used: number }>>;
  readonly overrides: unknown;
}
interface Problem {
  readonly detail: string;
}

const route = '/tenants/{tenant}/limits';
const create = (name: string, plan: string) => platform.control('POST', '/tenants', { body: { name, plan } });
const call = <Body = View>(method: string, tenant: string, body?: unknown) =>
  platform.control<Body>(method, route, { params: { tenant }, ...(body === undefined ? {} : { body }) });
const account = (tenant: string, plan: string) =>
  platform.account<{ limits: View }>('GET', '/account', { caller: { tenant, plan, keyId: 'k' } });

test('a tenant has the limits of its plan until an operator sets others, and again when they are cleared', async () => {
  await create('changes', 'free');
  expect((await call('GET', 'changes')).json).toMatchObject({
    tenant: 'changes',
    plan: 'free',
    perMonth: { images: { limit: 100, used: 0 } },
    concurrent: { limit: 5, running: 0 },
    overrides: {},
  });
  const set = await call('POST', 'changes', { perMonth: { images: null, tokens: 500 }, perMinute: { items: 60 } });
  expect(set.status).toBe(200);
  expect(set.json).toMatchObject({
    perMonth: { tokens: { limit: 500, used: 0 } },
    perMinute: { items: 60 },
    concurrent: { limit: 5 },
  });
  expect(Object.keys(set.json.perMonth)).toEqual(['tokens']);
  await call('POST', 'changes', { concurrent: 2 });
  const both = await call('GET', 'changes');
  expect(both.json).toMatchObject({ perMonth: { tokens: { limit: 500 } }, concurrent: { limit: 2 } });
  expect((await account('changes', 'free')).json.limits).toMatchObject({ perMonth: { tokens: { limit: 500 } } });
  const cleared = await call('DELETE', 'changes');
  expect(cleared.json).toMatchObject({ perMonth: { images: { limit: 100 } }, concurrent: { limit: 5 }, overrides: {} });
});

test('what was used before a limit was set is shown, and who sees it is the tenant too', async () => {
  await create('earlier', 'pro');
  await platform.journal.append(usageEventOf('earlier', new Date(), { items: 3, images: 3 }));
  expect((await account('earlier', 'pro')).json.limits.perMonth).toEqual({});
  await call('POST', 'earlier', { perMonth: { images: 10 } });
  expect((await call('GET', 'earlier')).json.perMonth).toEqual({ images: { limit: 10, used: 3 } });
  expect((await account('earlier', 'pro')).json.limits.perMonth).toEqual({ images: { limit: 10, used: 3 } });
});

test('a spend limit is in the currency of the prices, and shows what was spent before it was set', async () => {
  await create('spending', 'pro');
  const early = await call<Problem>('POST', 'spending', { spend: '10.00' });
  expect([early.status, early.json.detail]).toEqual([409, expect.stringContaining('no price book has been published')]);
  const prices = JSON.parse(readFileSync('prices/price-book.json', 'utf8')) as object;
  await platform.control('POST', '/prices', { body: { ...prices, validFrom: '2026-01-01T00:00:00Z' } });
  const event = usageEventOf('spending', new Date(), { model: 'linear-2x', items: 350 });
  await platform.journal.append(event);
  const set = await call('POST', 'spending', { spend: '10.5' });
  const spend = { limit: '10.50', used: '0.25', currency: 'EUR' };
  expect(set.json).toMatchObject({ spend, overrides: { spend: { currency: 'EUR', minor: 1050 } } });
  expect((await account('spending', 'pro')).json.limits).toMatchObject({ spend });
  for (const wrong of ['0', '0.001', '-1', '1e3', 'ten']) {
    expect((await call('POST', 'spending', { spend: wrong })).status).toBe(400);
  }
  expect((await call('POST', 'spending', { concurrent: 3 })).json).toMatchObject({ spend, concurrent: { limit: 3 } });
  const lifted = await call('POST', 'spending', { spend: null });
  expect(lifted.json).not.toHaveProperty('spend');
});

test('every change is audited with what was before and after', async () => {
  await create('audited', 'pro');
  await call('POST', 'audited', { perMonth: { requests: 7 } });
  await call('DELETE', 'audited');
  const { json } = await platform.control<{ records: readonly Readonly<Record<string, unknown>>[] }>('GET', '/audit', {
    query: { tenant: 'audited' },
  });
  expect(json.records.filter(({ subject }) => subject === 'limits')).toMatchObject([
    { action: 'limits.clear', before: { perMonth: { requests: 7 } }, after: {} },
    { action: 'limits.set', before: {}, after: { perMonth: { requests: 7 } } },
  ]);
});

test.each([
  { case: 'no limit', body: {}, says: 'name at least one limit' },
  { case: 'an unknown one', body: { perYear: { images: 1 } }, says: 'perYear' },
  { case: 'an unknown unit', body: { perMonth: { pictures: 1 } }, says: 'pictures' },
  { case: 'a fraction', body: { perMonth: { images: 1.5 } }, says: 'perMonth.images' },
  { case: 'zero', body: { concurrent: 0 }, says: 'concurrent' },
  { case: 'more at once than there can be', body: { concurrent: 1001 }, says: 'concurrent' },
  { case: 'a rate beyond a billion', body: { perMinute: { tokens: 1_000_000_001 } }, says: 'perMinute.tokens' },
])('$case is refused with the reason', async ({ body, says }) => {
  await create('refused', 'pro');
  const { status, json } = await call<Problem>('POST', 'refused', body);
  expect(status).toBe(400);
  expect(json.detail).toContain(says);
});

test('a use that was voided comes back to the quota when the month is counted anew', async () => {
  await create('voided', 'free');
  const event = usageEventOf('voided', new Date(), { images: 60 });
  await platform.journal.append(event);
  const months = new DynamoDBMonths(platform.dynamo.client, 'limits', () => 0);
  const month = monthOf(new Date());
  await months.restart('voided', month, { units: { requests: 1, items: 60, images: 60, tokens: 0 } }, new Date());
  await platform.control('POST', '/tenants/{tenant}/usage/events/{event}/void', {
    params: { tenant: 'voided', event: event.id },
    body: { reason: 'a mistake of ours' },
  });
  expect((await call('GET', 'voided')).json.perMonth['images']?.used).toBe(60);
  const recounted = await platform.control<View>('POST', `${route}/recount`, { params: { tenant: 'voided' } });
  expect(recounted.json.perMonth['images']?.used).toBe(0);
  expect(await months.read('voided', month)).toMatchObject({ used: { requests: 0, images: 0 } });
});

test('thresholds that were crossed are those of the limits that hold, also after the month was counted anew', async () => {
  await create('crossing', 'pro');
  const limitTo = (images: number) => call<{ alerts: unknown }>('POST', 'crossing', { perMonth: { images } });
  await limitTo(10);
  const alert = {
    tenant: 'crossing',
    month: monthOf(new Date()).name,
    unit: 'images',
    percent: 50,
    limit: 10,
    used: 5,
  } as const;
  const at = new Date();
  await new DynamoDBMonths(platform.dynamo.client, 'limits', () => 0).alert(alert, monthOf(at), at);
  expect((await limitTo(20)).json.alerts).toEqual([]);
  expect((await limitTo(10)).json.alerts).toEqual([{ unit: 'images', percent: 50, at: at.toISOString() }]);
});

test.each(['GET', 'POST', 'DELETE'])('%s of the limits of nobody is 404', async (method) => {
  const body = method === 'POST' ? { concurrent: 1 } : undefined;
  expect((await call(method, 'nobody', body)).status).toBe(404);
});
