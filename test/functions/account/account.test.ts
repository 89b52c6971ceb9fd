import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../../../core/api/routes.ts';
import type { UsageEvent } from '../../../core/metering/usage-event.ts';
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
type Row = Readonly<Record<string, unknown>>;
interface Usage {
  readonly tenant: string;
  readonly totals: Row;
  readonly byModel: readonly Row[];
  readonly byDay: readonly Row[];
  readonly byKey: readonly Row[];
}

let count = 0;
/** A tenant created at `createdAt`, and now is `now`. */
async function newTenant(createdAt: string, now: string): Promise<Caller> {
  count += 1;
  platform.clock.now = new Date(createdAt);
  const { json } = await platform.control<Caller>('POST', '/tenants', { body: { name: `t${count}`, plan: 'pro' } });
  platform.clock.now = new Date(now);
  return { tenant: json.tenant, plan: 'pro', keyId: json.keyId };
}
const append = async (...events: UsageEvent[]): Promise<void> => {
  for (const event of events) await platform.journal.append(event);
};
const usage = async (caller: Caller, query: Record<string, string> = {}): Promise<Usage> =>
  (await platform.account<Usage>('GET', '/usage', { caller, query })).json;
const at = (time: string): Date => new Date(time);

test('every account route is served', async () => {
  const caller = await newTenant('2026-11-21T00:00:00Z', '2026-11-21T00:00:01Z');
  const params = { event: 'none', keyId: 'AAAAAAAAAA', invoice: '2026-11', line: '1' };
  for (const { method, path } of routes.filter((route) => route.function === 'account')) {
    // Some want more than a caller; none is without an operation.
    expect((await platform.account(method, path, { caller, params })).status, path).toBeLessThan(500);
  }
});

test('a tenant sees itself and the key that it calls with', async () => {
  const caller = await newTenant('2026-11-01T00:00:00Z', '2026-11-21T00:00:00Z');
  expect((await platform.account('GET', '/account', { caller })).json).toEqual({
    tenant: caller.tenant,
    name: caller.tenant,
    plan: 'pro',
    status: 'active',
    limits: { month: '2026-11', renewedAt: '2026-12-01T00:00:00.000Z', perMonth: {}, perMinute: {}, alerts: [] },
    createdAt: '2026-11-01T00:00:00.000Z',
    keyId: caller.keyId,
  });
});

test('a tenant sees its own keys as the operator does, and no others', async () => {
  const [mine, other] = [
    await newTenant('2026-11-01T00:00:00Z', '2026-11-21T00:00:00Z'),
    await newTenant('2026-11-01T00:00:00Z', '2026-11-21T00:00:00Z'),
  ];
  const { text, json } = await platform.account('GET', '/keys', { caller: mine });
  expect(json).toMatchObject({ keys: [{ keyId: mine.keyId, status: 'active' }] });
  expect(text).not.toContain(other.keyId);
  const { tenant } = mine;
  expect((await platform.control('GET', '/tenants/{tenant}/keys', { params: { tenant } })).text).toBe(text);
});

test('usage is summed in total, by model, by day and by key, each sorted', async () => {
  const caller = await newTenant('2026-11-19T22:00:00Z', '2026-11-20T12:00:00Z');
  const { tenant } = caller;
  await append(
    usageEventOf(tenant, at('2026-11-19T23:59:59.999Z'), { model: 'spam', keyId: 'K2', items: 2, tokens: 500 }),
    usageEventOf(tenant, at('2026-11-20T00:00:00Z'), {
      model: 'fashion',
      keyId: 'K1',
      items: 1,
      images: 1,
      bytesIn: 7,
    }),
    usageEventOf(tenant, at('2026-11-20T08:00:00Z'), { model: 'spam', keyId: 'K1', computeMs: 12, bytesOut: 9 }),
  );
  const none = { requests: 0, items: 0, tokens: 0, images: 0, audioMs: 0, computeMs: 0, bytesIn: 0, bytesOut: 0 };
  const spam1 = { ...none, requests: 1, items: 2, tokens: 500 };
  const fashion = { ...none, requests: 1, items: 1, images: 1, bytesIn: 7 };
  const expected = {
    tenant,
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-20T12:00:00.000Z',
    totals: { requests: 3, items: 3, tokens: 500, images: 1, audioMs: 0, computeMs: 12, bytesIn: 7, bytesOut: 9 },
    byModel: [
      { model: 'fashion', ...fashion },
      { model: 'spam', ...none, requests: 2, items: 2, tokens: 500, computeMs: 12, bytesOut: 9 },
    ],
    byDay: [
      { day: '2026-11-19', ...spam1 },
      {
        day: '2026-11-20',
        ...none,
        requests: 2,
        items: 1,
        images: 1,
        computeMs: 12,
        bytesIn: 7,
        bytesOut: 9,
      },
    ],
    byKey: [
      { keyId: 'K1', ...none, requests: 2, items: 1, images: 1, computeMs: 12, bytesIn: 7, bytesOut: 9 },
      { keyId: 'K2', ...spam1 },
    ],
  };
  expect(await usage(caller)).toEqual(expected);
  expect((await platform.control('GET', '/tenants/{tenant}/usage', { params: { tenant } })).json).toEqual(expected);
});

test('the interval begins with `from` and ends before `to`, to the millisecond', async () => {
  const caller = await newTenant('2026-11-10T08:00:00Z', '2026-11-10T14:00:00Z');
  const [from, to] = ['2026-11-10T10:15:00.500Z', '2026-11-10T12:45:00.250Z'];
  const shifted = (time: string, ms: number) => new Date(Date.parse(time) + ms);
  for (const ms of [-1, 0, 1]) {
    await append(
      usageEventOf(caller.tenant, shifted(from, ms), { tokens: ms === -1 ? 1000 : 1 }),
      usageEventOf(caller.tenant, shifted(to, ms), { tokens: ms === -1 ? 1 : 1000 }),
    );
  }
  expect((await usage(caller, { from, to })).totals).toMatchObject({ requests: 3, tokens: 3 });
  const parts = [
    await usage(caller, { to: from }),
    await usage(caller, { from, to }),
    await usage(caller, { from: to }),
  ];
  expect(parts.map(({ totals }) => totals['requests'])).toEqual([1, 3, 2]);
});

test('however time is cut into intervals, the parts add up to the whole', async () => {
  const caller = await newTenant('2026-11-20T00:00:00Z', '2026-11-20T04:00:00Z');
  const lengthMs = 4 * 3_600_000;
  const start = Date.parse('2026-11-20T00:00:00Z');
  const offsets = fc.nat(lengthMs - 1);
  await fc.assert(
    fc.asyncProperty(
      fc.array(offsets, { minLength: 1, maxLength: 8 }),
      fc.array(offsets, { maxLength: 3 }),
      async (times, cuts) => {
        const before = (await usage(caller)).totals['tokens'] as number;
        await append(...times.map((ms) => usageEventOf(caller.tenant, new Date(start + ms), { tokens: ms })));
        const after = (await usage(caller)).totals['tokens'] as number;
        expect(after - before).toBe(times.reduce((sum, ms) => sum + ms, 0));
        const edges = [0, ...cuts, lengthMs].sort((a, b) => a - b).map((ms) => new Date(start + ms).toISOString());
        let sum = 0;
        for (let n = 1; n < edges.length; n += 1) {
          const part = await usage(caller, { from: edges[n - 1] ?? '', to: edges[n] ?? '' });
          sum += part.totals['tokens'] as number;
        }
        expect(sum).toBe(after);
      },
    ),
    { numRuns: 10 },
  );
});

test('an event that was appended twice counts once', async () => {
  const caller = await newTenant('2026-11-21T10:00:00Z', '2026-11-21T12:00:00Z');
  const event = usageEventOf(caller.tenant, at('2026-11-21T11:00:00Z'), { items: 4 });
  await append(event, event, event);
  expect((await usage(caller)).totals).toMatchObject({ requests: 1, items: 4 });
});

test('what was used within the last millisecond is counted when asked for later', async () => {
  const caller = await newTenant('2026-11-21T10:59:59.990Z', '2026-11-21T11:00:00.000Z');
  // The function that mints ids has a clock of its own, here half a second behind the one that dated the tenant.
  await append(
    usageEventOf(caller.tenant, at('2026-11-21T10:59:59.500Z')),
    usageEventOf(caller.tenant, at('2026-11-21T11:00:00Z')),
  );
  expect((await usage(caller)).totals).toMatchObject({ requests: 1 });
  platform.clock.now = new Date('2026-11-21T11:00:00.001Z');
  expect((await usage(caller)).totals).toMatchObject({ requests: 2 });
});

test("a second tenant sees nothing of the first one's usage, and cannot ask for it", async () => {
  const [first, second] = [
    await newTenant('2026-11-20T22:00:00Z', '2026-11-21T00:00:00Z'),
    await newTenant('2026-11-20T22:00:00Z', '2026-11-21T00:00:00Z'),
  ];
  await append(usageEventOf(first.tenant, at('2026-11-20T23:00:00Z')));
  const seen = await usage(second);
  expect(seen.tenant).toBe(second.tenant);
  expect([seen.totals['requests'], seen.byModel, seen.byDay, seen.byKey]).toEqual([0, [], [], []]);
  const asked = await platform.account('GET', '/usage', { caller: second, query: { tenant: first.tenant } });
  expect(asked.status).toBe(400);
  const headers = { 'x-tenant': first.tenant, 'x-maas-tenant': first.tenant };
  expect((await platform.account<Usage>('GET', '/usage', { caller: second, headers })).json.tenant).toBe(second.tenant);
});

test('a name that another begins with does not mix with it', async () => {
  const long = await newTenant('2026-11-20T22:00:00Z', '2026-11-21T00:00:00Z');
  await append(usageEventOf(`${long.tenant}0`, at('2026-11-20T23:00:00Z')));
  expect((await usage(long)).totals).toMatchObject({ requests: 0 });
});

test('an interval of more than 31 days is refused, and one that takes too long says to ask for less', async () => {
  const caller = await newTenant('2026-11-20T20:00:00Z', '2026-11-21T00:00:00Z');
  const long = await platform.account('GET', '/usage', { caller, query: { from: '2026-10-01' } });
  expect([long.status, long.headers['content-type']]).toEqual([400, 'application/problem+json']);
  expect(long.json['detail']).toContain('more than 31 days');
  await append(usageEventOf(caller.tenant, at('2026-11-20T23:00:00Z')));
  const late = await platform.account('GET', '/usage', { caller, remainingMs: 1000 });
  expect(late.status).toBe(413);
  expect(late.json['detail']).toContain('ask for fewer days');
});

test('a busy hour is read over all its pages', async () => {
  const caller = await newTenant('2026-11-21T08:00:00Z', '2026-11-21T10:00:00Z');
  const padded = Array.from({ length: 40 }, (_, n) => {
    const event = usageEventOf(caller.tenant, at(`2026-11-21T09:00:00.${100 + n}Z`), { items: n });
    // Far larger than a real event, so that forty of them are more than the megabyte of one answer.
    return { ...event, data: { ...event.data, requestId: 'x'.repeat(60_000) } };
  });
  await append(...padded);
  expect((await usage(caller)).totals).toMatchObject({ requests: 40, items: (39 * 40) / 2 });
});

test('no read goes to an hour before the tenant was there or after now', async () => {
  const caller = await newTenant('2026-11-21T08:30:00Z', '2026-11-21T10:10:00Z');
  let queries = 0;
  platform.dynamo.client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'QueryCommand') queries += 1;
        return next(args);
      },
    { step: 'build', name: 'count' },
  );
  await usage(caller, { from: '2026-11-01', to: '2026-12-01' });
  platform.dynamo.client.middlewareStack.remove('count');
  // The hours of 8, 9 and 10.
  expect(queries).toBe(3);
});

test('a request that comes without a tenant from the authorizer is our fault, and shows nothing', async () => {
  for (const resource of ['/account', '/usage', '/keys']) {
    const { status, text } = await platform.account('GET', resource);
    expect(status).toBe(500);
    expect(text).toContain('quote request id request-1');
  }
});
