import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { usageHour } from '../../../core/metering/usage-hour.ts';
import type { ExportPage } from '../../../core/tenancy/tenant-export.ts';
import { usageEventOf } from '../../core/metering/usage-event-of.ts';
import { type Platform, startPlatform } from '../platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterEach(() => platform.gateway.failing.clear());
afterAll(() => platform.stop());

interface Answer {
  readonly tenant: string;
  readonly keyId: string;
  readonly apiKey: string;
  readonly status: string;
  readonly purgeAfter: string;
  readonly detail: string;
}

const create = (name: string) => platform.control<Answer>('POST', '/tenants', { body: { name, plan: 'pro' } });
const post = (tenant: string, what: 'offboard' | 'purge' | 'resume' | 'suspend', body?: object) =>
  platform.control<Answer>('POST', `/tenants/{tenant}/${what}`, { params: { tenant }, body });
const show = (tenant: string) => platform.control<Answer>('GET', '/tenants/{tenant}', { params: { tenant } });
const opens = async (apiKey: string): Promise<boolean> => {
  platform.restartAuthorizer();
  return (await platform.authorize({ 'x-api-key': apiKey })).principalId !== 'nobody';
};
const pass = (days: number): void => {
  platform.clock.now = new Date(platform.clock.now.getTime() + days * 86_400_000);
};
/** All hours are closed and in the ledger. */
const settled = async (tenant: string): Promise<void> => {
  const hour = usageHour(platform.clock.now);
  for (const to of ['closedTo', 'archivedTo'] as const) await platform.rollups.advance(tenant, to, hour);
};
const hidden = (name: string) => [...platform.gateway.keys.values()].filter((key) => key.name === `maas-dev-${name}`);
const page = (tenant: string, after?: string, remainingMs = 28_000) =>
  platform.control<ExportPage>('GET', '/tenants/{tenant}/export', {
    params: { tenant },
    query: after === undefined ? {} : { after },
    remainingMs,
  });

test('a tenant that leaves is refused at once, and comes back with all its keys within its time of grace', async () => {
  const { tenant, apiKey, keyId } = (await create('leaver')).json;
  const flushes = platform.gateway.flushes;
  const left = await post(tenant, 'offboard');
  expect(left.status).toBe(200);
  expect(Date.parse(left.json.purgeAfter) - platform.clock.now.getTime()).toBe(30 * 86_400_000);
  expect(left.json).toMatchObject({ tenant, status: 'leaving' });
  expect(platform.gateway.flushes).toBe(flushes + 1);
  expect(hidden(tenant)).toEqual([expect.objectContaining({ enabled: false })]);
  expect(await opens(apiKey)).toBe(false);
  // The first time of grace stays.
  pass(1);
  expect((await post(tenant, 'offboard', { graceDays: 365 })).text).toBe(left.text);
  for (const answer of [
    await post(tenant, 'suspend'),
    await platform.control<Answer>('PUT', '/tenants/{tenant}/plan', { params: { tenant }, body: { plan: 'free' } }),
    await platform.control<Answer>('PUT', '/tenants/{tenant}/models', { params: { tenant }, body: { models: null } }),
    await platform.control<Answer>('POST', '/tenants/{tenant}/keys', { params: { tenant }, body: {} }),
  ]) {
    expect([answer.status, answer.json.detail]).toEqual([409, expect.stringContaining(`tenant ${tenant} is leaving`)]);
  }
  pass(28.9);
  const early = await post(tenant, 'purge');
  expect([early.status, early.json.detail]).toEqual([
    409,
    `tenant ${tenant} may come back until ${left.json.purgeAfter}; purge it then`,
  ]);
  const resumed = await post(tenant, 'resume');
  expect(resumed.json).toMatchObject({ status: 'active' });
  expect(resumed.json).not.toHaveProperty('purgeAfter');
  expect(hidden(tenant)).toEqual([expect.objectContaining({ enabled: true })]);
  expect(await opens(apiKey)).toBe(true);
  expect((await platform.authorize({ 'x-api-key': apiKey })).context).toMatchObject({ keyId });
});

test('a purged tenant is gone, and nobody gets its id, its keys or its usage', async () => {
  const { tenant, apiKey } = (await create('gone for good')).json;
  await post(tenant, 'offboard', { graceDays: 3 });
  pass(3);
  await settled(tenant);
  const purged = await post(tenant, 'purge');
  expect([purged.status, purged.json]).toEqual([200, { tenant, status: 'purged' }]);
  expect(await opens(apiKey)).toBe(false);
  expect(hidden(tenant)).toEqual([]);
  expect((await show(tenant)).status).toBe(404);
  expect((await platform.control('GET', '/tenants')).text).not.toContain(tenant);
  expect((await post(tenant, 'purge')).status).toBe(404);
  expect((await post(tenant, 'resume')).status).toBe(404);
  const again = await create('gone for good');
  expect([again.status, again.json.detail]).toEqual([409, `there is a tenant ${tenant} already`]);
  // What happened stays on record.
  const { json } = await platform.control<{ records: { action: string }[] }>('GET', '/audit', { query: { tenant } });
  expect(json.records.map(({ action }) => action)).toEqual(['tenant.purge', 'tenant.offboard', 'tenant.create']);
});

test('a purge that fails half way lets nobody back, and is finished by repeating it', async () => {
  const { tenant, apiKey } = (await create('half')).json;
  await post(tenant, 'offboard', { graceDays: 3 });
  pass(3);
  await settled(tenant);
  platform.gateway.failing.add('delete');
  const failed = await post(tenant, 'purge');
  expect([failed.status, failed.json.detail]).toEqual([503, expect.stringContaining('repeat the call')]);
  expect((await post(tenant, 'resume')).status).toBe(409);
  expect(await opens(apiKey)).toBe(false);
  platform.gateway.failing.clear();
  expect((await post(tenant, 'purge')).status).toBe(200);
  expect(hidden(tenant)).toEqual([]);
});

test.each([{ graceDays: 2 }, { graceDays: 366 }, { graceDays: 1.5 }, { graceDays: '30' }, { days: 30 }])(
  'a time of grace that cannot be meant is refused: %o',
  async (body) => {
    expect((await post('nobody', 'offboard', body)).status).toBe(400);
  },
);

test('a tenant that is not leaving cannot be purged, and an unknown one can do nothing', async () => {
  const { tenant } = (await create('stays')).json;
  const { status, json } = await post(tenant, 'purge');
  expect([status, json.detail]).toEqual([409, `tenant ${tenant} is active; offboard it first`]);
  for (const what of ['offboard', 'purge'] as const) expect((await post('nobody', what)).status).toBe(404);
  expect((await page('nobody')).status).toBe(404);
});

test('an export has the tenant, its keys without secrets, and every event once, however it is cut into pages', async () => {
  platform.clock.now = new Date('2026-11-01T10:30:00Z');
  const { tenant, keyId, apiKey } = (await create('exported')).json;
  // More in one hour than a page takes, then hours with nothing, then some more.
  const times = [
    ...Array.from({ length: 2100 }, (_, at) => Date.UTC(2026, 10, 1, 11) + at),
    ...Array.from({ length: 5 }, (_, at) => Date.UTC(2026, 10, 3, 7 + at)),
  ];
  const events = times.map((time) => usageEventOf(tenant, new Date(time)));
  // As many at once as the client has sockets.
  for (let at = 0; at < events.length; at += 50) {
    await Promise.all(events.slice(at, at + 50).map((event) => platform.journal.append(event)));
  }
  const ids = events.map(({ id }) => id);
  platform.clock.now = new Date('2026-11-03T20:00:00Z');
  const records: ExportPage['records'][number][] = [];
  let after: string | undefined;
  let pages = 0;
  do {
    const { status, json, text } = await page(tenant, after);
    expect(status).toBe(200);
    expect(text).not.toContain(apiKey.slice(21, 64));
    expect(text).not.toMatch(/digest|gatewayKey/);
    records.push(...json.records);
    after = json.next;
    pages += 1;
  } while (after !== undefined);
  expect(pages).toBe(2);
  expect(records.slice(0, 2)).toEqual([
    { type: 'tenant', data: expect.objectContaining({ tenant, plan: 'pro' }) },
    { type: 'key', data: expect.objectContaining({ keyId }) },
  ]);
  expect(records.slice(2).map(({ data }) => (data as { id: string }).id)).toEqual(ids);
  // A call that has little time left does what it can, and says where to go on.
  const late = await page(tenant, undefined, 4000);
  expect([late.json.records.length, late.json.next]).toEqual([2, '2026-11-01T10:00:00.000Z']);
  expect((await page(tenant, late.json.next)).json.records).toHaveLength(2000);
});

test.each(['x', '2026-11-01', '2026-11-01T10:30:00.000Z', '018f5a1e-7c1b-4b6e-9d3a-5f6c7d8e9f00', "' OR 1=1"])(
  'an export does not go on from %o, which no page gave',
  async (after) => {
    await create('exports');
    expect((await page('exports', after)).status).toBe(400);
  },
);
