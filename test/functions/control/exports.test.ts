import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditPage } from '../../../core/audit/audit-log.ts';
import type { TenantExportsView } from '../../../core/billing/export/exports.ts';
import { Outbox } from '../../../core/billing/export/outbox/outbox.ts';
import { type Platform, startPlatform } from '../platform.ts';

let platform: Platform;
let tenant: string;
beforeAll(async () => {
  platform = await startPlatform();
  const body = { name: 'rejected', plan: 'pro' };
  tenant = (await platform.control<{ tenant: string }>('POST', '/tenants', { body })).json.tenant;
});
afterAll(() => platform.stop());

const hour = '2026-11-22T01';
const settle = (body: unknown, destination = 'openmeter') =>
  platform.control<TenantExportsView>('POST', '/tenants/{tenant}/exports/{destination}/settle', {
    params: { tenant, destination },
    body,
  });
const settlements = async () => {
  const { records } = (await platform.control<AuditPage>('GET', '/audit', { query: { tenant } })).json;
  return records.filter(({ action }) => action === 'exports.settle');
};

test('an hour that was settled is shown no more, and the audit log has the version and the reason, once', async () => {
  const at = new Date('2026-11-22T02:15:00Z');
  const outbox = new Outbox(platform.dynamo.client, 'exports');
  await outbox.want({ tenant, destination: 'openmeter', hour, version: 3 }, at);
  const [row] = await outbox.open(tenant);
  if (row === undefined) throw new Error('no row');
  const body = { hour, version: 3, reason: 'credit note 17' };

  expect(await settle(body)).toMatchObject({ status: 409, json: { title: 'conflict' } });
  await outbox.rejected(row, 'charge it by hand', at);
  expect(await settle({ ...body, version: 2 })).toMatchObject({ status: 409 });
  expect(await settle({ ...body, hour: '2026-11-22T02' })).toMatchObject({ status: 404 });
  expect(await settle(body, 'nowhere')).toMatchObject({ status: 404 });
  for (const wrong of [
    { hour: '2026-13-22T01' },
    { hour: 'x'.repeat(2000) },
    { version: 0 },
    { reason: '' },
    { all: true },
  ]) {
    expect(await settle({ ...body, ...wrong })).toMatchObject({ status: 400 });
  }
  expect(await settlements()).toEqual([]);

  expect(await settle(body)).toMatchObject({ status: 200, json: { tenant, rows: [] } });
  expect(await settle(body)).toMatchObject({ status: 200, json: { tenant, rows: [] } });
  const after = { version: 3, reason: 'credit note 17' };
  expect(await settlements()).toMatchObject([{ tenant, subject: `${hour} for openmeter`, after }]);
});
