import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hourMs, usageHour } from '../../core/metering/usage-hour.ts';
import { purgeOnSchedule } from '../../functions/purge/purge-on-schedule.ts';
import { usageEventOf } from '../core/metering/usage-event-of.ts';
import { type Platform, startPlatform } from './platform.ts';
import { recordingLogger } from './recording-logger.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
  platform.clock.now = new Date('2026-11-01T00:00:00Z');
  const charge = { kind: 'flat', price: '0.01' };
  const { status } = await platform.control('POST', '/prices', {
    body: {
      version: 'one',
      currency: 'EUR',
      validFrom: '2026-11-01T00:00:00Z',
      minimum: '5.00',
      prices: [{ model: '*', unit: 'requests', charge }],
    },
  });
  expect(status).toBe(201);
});
afterAll(() => platform.stop());

const { logger, lines } = recordingLogger();
const functionArn = 'arn:aws:lambda:eu-west-1:000000000000:function:purge';
const run = (remainingMs = 900_000): Promise<void> =>
  purgeOnSchedule({
    tenants: platform.tenants,
    offboarding: platform.offboarding,
    now: () => platform.clock.now,
    logger,
  })(undefined, {
    invokedFunctionArn: functionArn,
    awsRequestId: 'run-1',
    getRemainingTimeInMillis: () => remainingMs,
  } as Context);

async function leaver(name: string, graceDays = 3): Promise<string> {
  platform.clock.now = new Date('2026-11-20T00:00:00Z');
  const { json } = await platform.control<{ tenant: string }>('POST', '/tenants', { body: { name, plan: 'pro' } });
  const { tenant } = json;
  await platform.control('POST', '/tenants/{tenant}/offboard', { params: { tenant }, body: { graceDays } });
  return tenant;
}
/** What the archive notes of a tenant's hours, when it has run. */
const archived = (tenant: string): Promise<void> =>
  platform.rollups.advance(tenant, 'archivedTo', usageHour(new Date(platform.clock.now.getTime() - 49 * hourMs)));
const closed = async (tenant: string): Promise<void> => {
  await platform.control('POST', '/billing/close', { body: { tenant } });
  await archived(tenant);
};
const put = (item: Readonly<Record<string, unknown>>): Promise<unknown> =>
  platform.dynamo.client.putItem({ TableName: 'exports', Item: marshall(item) });
const isThere = async (tenant: string): Promise<boolean> =>
  (await platform.control('GET', '/tenants/{tenant}', { params: { tenant } })).status === 200;
const later = (days: number): void => {
  platform.clock.now = new Date(Date.UTC(2026, 10, 20 + days));
};

test('a run removes who left and whose time of grace is over, with the links to systems outside, and nobody else', async () => {
  const [gone, waiting] = [await leaver('gone'), await leaver('waiting', 30)];
  const item = { tenant: gone, destination: 'stripe', from: '2026-11-20T00', customer: 'cus_1' };
  await put({ pk: `T#${gone}`, sk: 'LINK#stripe', ...item });
  await put({ pk: `T#${gone}`, sk: 'OUT#stripe#2026-11-20T00', ...item, delivered: 1 });
  later(3);
  await closed(gone);
  await run();
  expect([await isThere(gone), await isThere(waiting)]).toEqual([false, true]);
  expect((await platform.dynamo.client.scan({ TableName: 'exports' })).Items).toEqual([]);
  const { json } = await platform.control<{ records: { action: string; actor: string }[] }>('GET', '/audit', {
    query: { tenant: gone },
  });
  expect(json.records[0]).toMatchObject({ action: 'tenant.purge', actor: functionArn });
});

test('usage that is not invoiced keeps a tenant from being removed, and calls somebody; others are removed', async () => {
  const [owing, free] = [await leaver('owing'), await leaver('owing nothing')];
  platform.clock.now = new Date('2026-11-20T00:10:00Z');
  await platform.journal.append(usageEventOf(owing, platform.clock.now, { items: 1 }));
  later(3);
  for (const tenant of [owing, free]) await closed(tenant);
  await expect(run()).rejects.toThrow('1 tenants could not be purged');
  expect([await isThere(owing), await isThere(free)]).toEqual([true, false]);
  expect(lines.join('\n')).toContain(`usage of ${owing} in 2026-11 is not invoiced yet`);
  const finalized = await platform.control('POST', '/tenants/{tenant}/invoices/{invoice}/finalize', {
    params: { tenant: owing, invoice: '2026-11' },
    body: { early: true },
  });
  expect(finalized.status).toBe(200);
  await run();
  expect(await isThere(owing)).toBe(false);
  // Files for finance go on with their invoices.
  expect((await platform.tenants.listWithGone()).gone).toEqual(expect.arrayContaining([free, owing]));
});

test('an hour that a system outside was not told of keeps a tenant from being removed', async () => {
  const tenant = await leaver('untold');
  const row = { tenant, destination: 'stripe', hour: '2026-11-20T00', version: 1, attempts: 0 };
  const waits = { due: 'stripe', dueAt: '2026-11-20T01:00:00.000Z', since: '2026-11-20T01:00:00.000Z' };
  const key = { pk: `T#${tenant}`, sk: 'OUT#stripe#2026-11-20T00' };
  await put({ ...key, ...row, ...waits });
  later(3);
  await closed(tenant);
  await expect(run()).rejects.toThrow('could not be purged');
  expect(await isThere(tenant)).toBe(true);
  await put({ ...key, ...row, delivered: 1 });
  await run();
  expect(await isThere(tenant)).toBe(false);
});

test('a link that brings hours nobody has looked for yet keeps a tenant from being removed', async () => {
  const tenant = await leaver('linked late');
  platform.clock.now = new Date('2026-11-20T00:10:00Z');
  await platform.journal.append(usageEventOf(tenant, platform.clock.now, { items: 1 }));
  later(3);
  await closed(tenant);
  const finalized = await platform.control('POST', '/tenants/{tenant}/invoices/{invoice}/finalize', {
    params: { tenant, invoice: '2026-11' },
    body: { early: true },
  });
  expect(finalized.status).toBe(200);
  const linked = await platform.control('PUT', '/tenants/{tenant}/exports/{destination}', {
    params: { tenant, destination: 'stripe' },
    body: { customer: 'cus_1', from: '2026-11-20T00' },
  });
  expect(linked.status).toBe(200);
  await expect(run()).rejects.toThrow('could not be purged');
  expect(lines.join('\n')).toContain(`stripe may not have been told yet what ${tenant} used from 2026-11-20T00 on`);
  const unlinked = await platform.control('DELETE', '/tenants/{tenant}/exports/{destination}', {
    params: { tenant, destination: 'stripe' },
  });
  expect(unlinked.status).toBe(200);
  await run();
  expect(await isThere(tenant)).toBe(false);
});

test('as long as the spillway holds usage nobody is removed', async () => {
  const tenant = await leaver('spilled');
  later(3);
  await closed(tenant);
  platform.spilled.waits = true;
  await expect(run()).rejects.toThrow('could not be purged');
  expect(lines.join('\n')).toContain(`dead letters hold usage that may be of ${tenant}`);
  platform.spilled.waits = false;
  await run();
  expect(await isThere(tenant)).toBe(false);
});

test('a tenant stays until its last hours are closed and in the ledger, with all that came late to them', async () => {
  const tenant = await leaver('unclosed');
  later(3);
  const refused = async (): Promise<string> => {
    const { status, json } = await platform.control<{ detail: string }>('POST', '/tenants/{tenant}/purge', {
      params: { tenant },
    });
    return `${status} ${json.detail}`;
  };
  expect(await refused()).toBe(`409 usage of ${tenant} is not closed up to 2026-11-20T02 yet`);
  await platform.control('POST', '/billing/close', { body: { tenant } });
  expect(await refused()).toBe(`409 usage of ${tenant} is not in the ledger up to 2026-11-20T02 yet`);
  await archived(tenant);
  await platform.journal.append(usageEventOf(tenant, new Date('2026-11-20T00:00:30Z')));
  const late = `409 something came late to what ${tenant} used in 2026-11-20T00, and is not in the ledger yet`;
  expect(await refused()).toBe(late);
  // Counted by the close, and still not archived.
  platform.clock.now = new Date(platform.clock.now.getTime() + hourMs);
  await platform.control('POST', '/billing/close', { body: { tenant } });
  expect(await refused()).toBe(late);
  await platform.rollups.advance(tenant, 'lateArchivedTo', platform.clock.now.toISOString());
  expect(await refused()).toBe(`409 usage of ${tenant} in 2026-11 is not invoiced yet; finalize that month first`);
});

test('a run that has little time left removes nobody, and says so', async () => {
  const tenant = await leaver('hurried');
  later(3);
  await closed(tenant);
  await expect(run(1000)).rejects.toThrow('the next run goes on');
  expect(await isThere(tenant)).toBe(true);
});
