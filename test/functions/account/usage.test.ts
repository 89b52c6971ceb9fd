import { afterAll, beforeAll, expect, test } from 'vitest';
import { LedgerIndex } from '../../../core/metering/ledger/ledger-index.ts';
import { usageEventOf } from '../../core/metering/usage-event-of.ts';
import { type Platform, startPlatform } from '../platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

interface Caller {
  readonly tenant: string;
  readonly plan: string;
  readonly keyId: string;
}
interface Bucket {
  readonly start: string;
  readonly end: string;
  readonly usage: readonly Readonly<Record<string, unknown>>[];
}

let count = 0;
const at = (time: string): Date => new Date(`2026-11-${time}Z`);
async function newTenant(): Promise<Caller> {
  count += 1;
  platform.clock.now = at('20T00:00:00');
  const { json } = await platform.control<Caller>('POST', '/tenants', { body: { name: `u${count}`, plan: 'pro' } });
  return { tenant: json.tenant, plan: 'pro', keyId: json.keyId };
}
async function append(tenant: string, time: string, units: Parameters<typeof usageEventOf>[2] = {}): Promise<string> {
  platform.clock.now = at(time);
  const event = usageEventOf(tenant, at(time), units);
  await platform.journal.append(event);
  return event.id;
}
const close = async (time: string, body: object = {}) => {
  platform.clock.now = at(time);
  const { status, json } = await platform.control('POST', '/billing/close', { body });
  expect(status).toBe(200);
  return json;
};
const buckets = async (caller: Caller, query: Record<string, string>): Promise<readonly Bucket[]> =>
  (await platform.account<{ buckets: readonly Bucket[] }>('GET', '/usage', { caller, query })).json.buckets;
const eventOf = (caller: Caller, event: string) =>
  platform.account<Readonly<Record<string, unknown>>>('GET', '/usage/events/{event}', { caller, params: { event } });
const voidEvent = (tenant: string, event: string, body: object = { reason: 'billed by mistake' }) =>
  platform.control('POST', '/tenants/{tenant}/usage/events/{event}/void', { params: { tenant, event }, body });

test('buckets are all there, cut to the interval, and the same before and after the close', async () => {
  const caller = await newTenant();
  await append(caller.tenant, '20T08:15:00', { items: 1 });
  await append(caller.tenant, '20T08:45:00', { items: 2, model: 'spam' });
  await append(caller.tenant, '20T10:59:59.999', { items: 4 });
  const hours = { start: '2026-11-20T08:30:00Z', end: '2026-11-20T11:00:00Z', bucket: '1h', group_by: 'model' };
  const before = await buckets(caller, hours);
  expect(before).toMatchObject([
    { start: '2026-11-20T08:30:00.000Z', end: '2026-11-20T09:00:00.000Z', usage: [{ model: 'spam', items: 2 }] },
    { start: '2026-11-20T09:00:00.000Z', end: '2026-11-20T10:00:00.000Z', usage: [] },
    { start: '2026-11-20T10:00:00.000Z', end: '2026-11-20T11:00:00.000Z', usage: [{ model: 'fashion', items: 4 }] },
  ]);
  await close('20T12:00:00');
  expect(await buckets(caller, hours)).toEqual(before);
  const days = await buckets(caller, { start: '2026-11-20', end: '2026-11-21' });
  expect(days).toMatchObject([{ usage: [{ requests: 3, items: 7 }] }]);
  const minutes = await buckets(caller, { start: '2026-11-20T08:00:00Z', end: '2026-11-20T09:00:00Z', bucket: '1m' });
  expect(minutes).toHaveLength(60);
  expect(minutes.flatMap(({ start, usage }) => usage.map(({ items }) => [start, items]))).toEqual([
    ['2026-11-20T08:15:00.000Z', 1],
    ['2026-11-20T08:45:00.000Z', 2],
  ]);
});

test('groups are by model, key, unit, or all of them', async () => {
  const caller = await newTenant();
  await append(caller.tenant, '20T08:15:00', { items: 1, keyId: 'K2' });
  await append(caller.tenant, '20T08:16:00', { items: 2, keyId: 'K1', model: 'spam', tokens: 7 });
  const day = { start: '2026-11-20', end: '2026-11-21' };
  expect((await buckets(caller, { ...day, group_by: 'key' }))[0]?.usage).toMatchObject([
    { keyId: 'K1', items: 2 },
    { keyId: 'K2', items: 1 },
  ]);
  expect((await buckets(caller, { ...day, group_by: 'unit' }))[0]?.usage).toEqual([
    { unit: 'requests', quantity: 2 },
    { unit: 'items', quantity: 3 },
    { unit: 'tokens', quantity: 7 },
  ]);
  expect((await buckets(caller, { ...day, group_by: 'model,key,unit' }))[0]?.usage).toContainEqual({
    model: 'spam',
    keyId: 'K1',
    unit: 'tokens',
    quantity: 7,
  });
});

test('too many buckets, and what is not known, are refused with what may be asked', async () => {
  const caller = await newTenant();
  const refused = async (query: Record<string, string>) => {
    const { status, text } = await platform.account('GET', '/usage', { caller, query });
    expect(status).toBe(400);
    return text;
  };
  expect(await refused({ start: '2026-11-01', end: '2026-11-20', bucket: '1m' })).toContain('at most 1440');
  expect(await refused({ start: '2026-11-01', group_by: 'tenant' })).toContain('model, key, unit');
});

test('what comes late to a closed hour is seen at once, and counted by the next close', async () => {
  const caller = await newTenant();
  await append(caller.tenant, '20T08:15:00', { items: 1 });
  await close('20T12:00:00');
  platform.clock.now = at('20T12:01:00');
  const late = usageEventOf(caller.tenant, at('20T08:20:00'), { items: 10 });
  await platform.journal.append(late);
  const day = { start: '2026-11-20', end: '2026-11-21' };
  expect(await buckets(caller, day)).toMatchObject([{ usage: [{ items: 11 }] }]);
  expect((await eventOf(caller, late.id)).json).toMatchObject({ state: 'received' });
  await close('20T13:00:00');
  platform.clock.now = at('20T14:00:00');
  await close('20T14:00:00');
  expect(await buckets(caller, day)).toMatchObject([{ usage: [{ items: 11 }] }]);
  expect((await eventOf(caller, late.id)).json).toMatchObject({
    state: 'counted',
    counted: { hour: '2026-11-20T08', rollupVersion: 2 },
  });
});

test('an event is received, then counted in its hour, then voided for a reason; and no longer used', async () => {
  const caller = await newTenant();
  const id = await append(caller.tenant, '20T08:15:00', { items: 1 });
  expect((await eventOf(caller, id)).json).toMatchObject({ id, state: 'received', event: { subject: caller.tenant } });
  await close('20T12:00:00');
  expect((await eventOf(caller, id)).json).toMatchObject({ state: 'counted', counted: { rollupVersion: 1 } });

  const { status, json } = await voidEvent(caller.tenant, id);
  expect(status).toBe(200);
  expect(json).toMatchObject({ state: 'voided', voided: { reason: 'billed by mistake', actor: expect.any(String) } });
  const own = (await eventOf(caller, id)).json;
  expect(own).toMatchObject({ state: 'voided', voided: { reason: 'billed by mistake' } });
  expect(JSON.stringify(own)).not.toContain('actor');
  const totals = async () =>
    (await platform.account<{ totals: object }>('GET', '/usage', { caller, query: { from: '2026-11-20' } })).json
      .totals;
  expect(await totals()).toMatchObject({ requests: 0, items: 0 });
  await close('20T13:00:00');
  await close('20T14:00:00');
  expect(await totals()).toMatchObject({ requests: 0, items: 0 });
  // A second void changes nothing: the first reason stays.
  expect((await voidEvent(caller.tenant, id, { reason: 'another' })).json).toMatchObject({
    voided: { reason: 'billed by mistake' },
  });
});

test('an adjusted event counts what is left of it, everywhere, before and after the close; the event itself stays', async () => {
  const caller = await newTenant();
  const { tenant } = caller;
  const id = await append(tenant, '20T08:15:00', { items: 10, tokens: 5 });
  await append(tenant, '20T08:16:00', { items: 100 });
  await close('20T12:00:00');
  const adjust = (units: object, event = id) =>
    platform.control('POST', '/tenants/{tenant}/usage/events/{event}/adjust', {
      params: { tenant, event },
      body: { units, reason: 'counted twice' },
    });
  expect((await adjust({ items: -3 })).json).toMatchObject({
    state: 'received',
    event: { data: { units: { items: 10 } } },
    adjusted: { units: { items: 7, tokens: 5 }, by: [{ reason: 'counted twice', actor: expect.any(String) }] },
  });
  expect((await adjust({ items: 2, tokens: -5 })).json).toMatchObject({ adjusted: { units: { items: 9, tokens: 0 } } });
  const items = async () =>
    (await platform.account<{ totals: object }>('GET', '/usage', { caller, query: { from: '2026-11-20' } })).json
      .totals;
  expect(await items()).toMatchObject({ requests: 2, items: 109, tokens: 0 });
  await close('20T13:00:00');
  await close('20T14:00:00');
  expect(await items()).toMatchObject({ requests: 2, items: 109, tokens: 0 });
  const own = await eventOf(caller, id);
  expect(own.json).toMatchObject({ state: 'counted', counted: { rollupVersion: 2 }, adjusted: { by: [{}, {}] } });
  expect(own.text).not.toContain('actor');

  const refused = async (units: object) => {
    const { status, text } = await adjust(units);
    expect(status).toBe(400);
    return text;
  };
  expect(await refused({ items: -10 })).toContain('would become -1');
  expect(await refused({})).toContain('at least one unit');
  expect(await refused({ cents: 1 })).toContain('cents');
  expect((await adjust({ items: 1 }, usageEventOf(tenant, at('20T08:15:00')).id)).status).toBe(404);
  // Together they would take off more than there is.
  const racing = await Promise.all([adjust({ items: -5 }), adjust({ items: -5 })]);
  expect(racing.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(racing.filter(({ status }) => status === 409 || status === 400)).toHaveLength(1);
  expect(await items()).toMatchObject({ items: 104 });
  await voidEvent(tenant, id);
  expect(await items()).toMatchObject({ requests: 1, items: 100 });
  expect((await adjust({ items: 1 })).status).toBe(409);
});

test("another tenant's event reads as an unknown one, byte for byte, and cannot be voided in one's name", async () => {
  const [mine, other] = [await newTenant(), await newTenant()];
  const id = await append(other.tenant, '20T08:15:00');
  const unknown = usageEventOf(mine.tenant, at('20T08:15:00')).id;
  const [foreign, none] = [await eventOf(mine, id), await eventOf(mine, unknown)];
  expect(foreign.status).toBe(404);
  expect(foreign.text.replaceAll(id, 'ID')).toBe(none.text.replaceAll(unknown, 'ID'));
  for (const wrong of ['x', id.toUpperCase(), `${id}#void`, '']) {
    expect((await eventOf(mine, wrong)).status).toBe(404);
  }
  expect((await voidEvent(mine.tenant, id)).status).toBe(404);
  expect((await voidEvent(mine.tenant, id, {})).status).toBe(400);
  expect((await eventOf(other, id)).json).toMatchObject({ state: 'received' });
});

test('an event that is older than the journal is said to be in the archive, whoever may own it', async () => {
  const [mine, other] = [await newTenant(), await newTenant()];
  const id = await append(other.tenant, '20T08:15:00');
  platform.clock.now = new Date('2027-02-19T00:00:00Z');
  const unknown = usageEventOf(mine.tenant, at('20T08:15:00')).id;
  const [foreign, none] = [await eventOf(mine, id), await eventOf(mine, unknown)];
  expect(none.status).toBe(404);
  expect(none.text).toContain('archive');
  expect(foreign.text.replaceAll(id, 'ID')).toBe(none.text.replaceAll(unknown, 'ID'));
});

test('operators close one tenant or all, with open hours or without, and rebuild', async () => {
  const caller = await newTenant();
  const { tenant } = caller;
  await append(tenant, '20T08:15:00', { items: 1 });
  expect(await close('20T08:20:00', { tenant, openHours: true })).toMatchObject({ tenants: 1, written: 1, failed: [] });
  expect(await close('20T09:10:00', { tenant })).toMatchObject({ written: 1, complete: true });
  const rebuild = await platform.control('POST', '/billing/rebuild', { body: { tenant } });
  expect(rebuild.json).toMatchObject({ tenant, differences: [] });
  // What is not archived yet is made again from the journal.
  const fromLedger = () => platform.control('POST', '/billing/rebuild', { body: { tenant, source: 'ledger' } });
  expect((await fromLedger()).json).toMatchObject({ tenant, hours: (rebuild.json as { hours: number }).hours });
  const noted = { hour: '2026-11-20T08', version: 9, rollupVersion: 9, events: 1, idsSha256: '', rowsSha256: '' };
  await new LedgerIndex(platform.dynamo.client, 'rollups').note(tenant, {
    ...noted,
    ...{ records: 1, recordsSha256: '' },
    ...{ bytes: 1, sha256: '', parquetSha256: '', archivedAt: '' },
  });
  const refused = await fromLedger();
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('is missing from the ledger');
  for (const body of [{ tenant: 'nobody' }, { tenants: [] }, { now: true }]) {
    expect([400, 404]).toContain((await platform.control('POST', '/billing/close', { body })).status);
  }
  expect((await platform.control('POST', '/billing/rebuild', { body: { tenant, from: 'x' } })).status).toBe(400);
});
