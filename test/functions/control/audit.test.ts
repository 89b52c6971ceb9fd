import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditPage } from '../../../core/audit/audit-log.ts';
import { type Platform, startPlatform } from '../platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

interface Key {
  readonly tenant: string;
  readonly keyId: string;
  readonly apiKey: string;
  readonly detail: string;
}

const operator = 'arn:aws:iam::000000000000:user/operator';
const newTenant = async (name: string): Promise<Key> =>
  (await platform.control<Key>('POST', '/tenants', { body: { name, plan: 'pro' } })).json;
const audit = async (query: Record<string, string>): Promise<AuditPage> =>
  (await platform.control<AuditPage>('GET', '/audit', { query })).json;
const ofTenant = async (tenant: string) => (await audit({ tenant })).records;

test('each change of a tenant and its keys leaves who, what, before and after, newest first', async () => {
  const { tenant, keyId, apiKey } = await newTenant('watched');
  const params = { tenant, keyId };
  const made = await platform.control<Key>('POST', '/tenants/{tenant}/keys', { params, body: { scopes: ['infer'] } });
  const rotated = await platform.control<Key>('POST', '/tenants/{tenant}/keys/{keyId}/rotate', {
    params: { tenant, keyId: made.json.keyId },
  });
  await platform.control('DELETE', '/tenants/{tenant}/keys/{keyId}', { params });
  await platform.account('POST', '/keys/revoke', { body: { apiKey: rotated.json.apiKey } });
  await platform.control('POST', '/tenants/{tenant}/suspend', { params });
  const by = { actor: operator, tenant, requestId: 'request-1', id: expect.any(String), at: expect.any(String) };
  const powers = { scopes: ['infer', 'usage:read', 'keys:read'] };
  expect(await ofTenant(tenant)).toEqual([
    {
      ...by,
      action: 'tenant.suspend',
      subject: `tenant ${tenant}`,
      before: { status: 'active' },
      after: { status: 'suspended' },
    },
    {
      ...by,
      actor: 'whoever holds the key',
      action: 'key.revoke',
      subject: `key ${rotated.json.keyId}`,
      before: { name: 'default', status: 'active', scopes: ['infer'] },
      after: { status: 'revoked' },
    },
    {
      ...by,
      action: 'key.revoke',
      subject: `key ${keyId}`,
      before: { name: 'default', status: 'active', ...powers },
      after: { status: 'revoked' },
    },
    {
      ...by,
      action: 'key.rotate',
      subject: `key ${made.json.keyId}`,
      before: { name: 'default', status: 'active', scopes: ['infer'] },
      after: { replacedBy: rotated.json.keyId, expiresAt: expect.any(String) },
    },
    { ...by, action: 'key.create', subject: `key ${made.json.keyId}`, after: { name: 'default', scopes: ['infer'] } },
    {
      ...by,
      action: 'tenant.create',
      subject: `tenant ${tenant}`,
      after: { name: 'watched', plan: 'pro', keyId, ...powers },
    },
  ]);
  const stored = JSON.stringify((await platform.dynamo.client.send(new ScanCommand({ TableName: 'audit' }))).Items);
  for (const key of [apiKey, made.json.apiKey, rotated.json.apiKey]) expect(stored).not.toContain(key.slice(21, 64));
});

test('what changes nothing leaves no record', async () => {
  const { tenant, keyId } = await newTenant('quiet');
  const params = { tenant, keyId };
  await platform.control('DELETE', '/tenants/{tenant}/keys/{keyId}', { params });
  const before = await ofTenant(tenant);
  await platform.control('DELETE', '/tenants/{tenant}/keys/{keyId}', { params });
  await platform.control('POST', '/tenants/{tenant}/keys/{keyId}/rotate', { params });
  await platform.control('POST', '/tenants', { body: { name: 'quiet', plan: 'pro' } });
  await platform.control('GET', '/tenants/{tenant}/keys', { params });
  expect(await ofTenant(tenant)).toEqual(before);
});

test('a change that cannot be recorded is not made', async () => {
  const { tenant, keyId, apiKey } = await newTenant('unrecorded');
  const params = { tenant, keyId };
  platform.dynamo.client.middlewareStack.add(
    (next, context) => (args) => {
      const { TableName } = args.input as { TableName?: string };
      if (context.commandName === 'PutItemCommand' && TableName === 'audit') throw new Error('table is full');
      return next(args);
    },
    { step: 'build', name: 'full' },
  );
  const answers = [
    await platform.control<Key>('DELETE', '/tenants/{tenant}/keys/{keyId}', { params }),
    await platform.control<Key>('POST', '/tenants/{tenant}/keys/{keyId}/rotate', { params }),
    await platform.control<Key>('POST', '/tenants/{tenant}/keys', { params, body: {} }),
    await platform.control<Key>('POST', '/tenants/{tenant}/suspend', { params }),
  ];
  platform.dynamo.client.middlewareStack.remove('full');
  for (const { status, json } of answers) {
    expect([status, json.detail]).toEqual([
      503,
      'nothing was changed, since the change could not be recorded; try again',
    ]);
  }
  expect((await platform.authorize({ 'x-api-key': apiKey })).principalId).toBe(tenant);
  const listed = await platform.control<{ keys: Key[] }>('GET', '/tenants/{tenant}/keys', { params });
  expect(listed.json.keys).toHaveLength(1);
});

test('the log is read page by page, newest first, over all tenants or of one', async () => {
  const { tenant } = await newTenant('paged');
  for (let count = 0; count < 4; count++) {
    await platform.control('POST', '/tenants/{tenant}/keys', { params: { tenant }, body: { name: `key ${count}` } });
  }
  for (const query of [{ tenant }, {}]) {
    const whole = (await audit({ ...query, limit: '200' })).records;
    const ids: string[] = [];
    let next: string | undefined;
    do {
      const page = await audit({ ...query, limit: '2', ...(next === undefined ? {} : { before: next }) });
      expect(page.records.length).toBeLessThanOrEqual(2);
      ids.push(...page.records.map(({ id }) => id));
      next = page.next;
    } while (next !== undefined);
    expect(ids).toEqual(whole.map(({ id }) => id));
    expect(ids).toEqual(ids.toSorted().reverse());
  }
  expect((await audit({ tenant: 'nobody' })).records).toEqual([]);
});

test.each([{ limit: '0' }, { limit: '201' }, { limit: '-1' }, { before: 'x' }, { tenant: '../x' }, { all: '1' }])(
  'a question that cannot be meant is refused: %o',
  async (query) => {
    const { status, json } = await platform.control<Key>('GET', '/audit', { query });
    expect([status, json.detail]).toEqual([400, expect.stringContaining(Object.keys(query)[0] ?? '')]);
  },
);
