import { randomUUID } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterEach(() => platform.gateway.failing.clear());
afterAll(() => platform.stop());

interface Created {
  readonly tenant: string;
  readonly keyId: string;
  readonly apiKey: string;
}
interface Listed {
  readonly keys: readonly {
    readonly keyId: string;
    readonly status: string;
    readonly name: string;
    readonly expiresAt?: string;
    readonly rotatedFrom?: string;
  }[];
}
interface Rotated extends Created {
  readonly rotatedFrom: string;
  readonly oldExpiresAt: string;
}
interface Problem {
  readonly detail: string;
}

let count = 0;
const newTenant = async (): Promise<Created> => {
  count += 1;
  const { json } = await platform.control<Created>('POST', '/tenants', {
    body: { name: `tenant ${count}`, plan: 'pro' },
  });
  return json;
};
const createKey = async (tenant: string, name: string) =>
  platform.control<Created>('POST', '/tenants/{tenant}/keys', { params: { tenant }, body: { name } });
const list = async (tenant: string) =>
  (await platform.control<Listed>('GET', '/tenants/{tenant}/keys', { params: { tenant } })).json.keys;
const revoke = <Body = Readonly<Record<string, unknown>>>(tenant: string, keyId: string) =>
  platform.control<Body>('DELETE', '/tenants/{tenant}/keys/{keyId}', { params: { tenant, keyId } });
const rotate = <Body = Rotated>(tenant: string, keyId: string, body?: unknown) =>
  platform.control<Body>('POST', '/tenants/{tenant}/keys/{keyId}/rotate', { params: { tenant, keyId }, body });
const opens = async (apiKey: string): Promise<boolean> => {
  platform.restartAuthorizer();
  return (await platform.authorize({ 'x-api-key': apiKey })).principalId !== 'nobody';
};
const pass = (seconds: number): void => {
  platform.clock.now = new Date(platform.clock.now.getTime() + seconds * 1000);
};

test('a tenant can have several named keys, each of which works', async () => {
  const { tenant, keyId, apiKey } = await newTenant();
  pass(1);
  const created = await createKey(tenant, 'CI: staging “β”');
  expect(created.status).toBe(201);
  expect(created.json).toEqual({
    tenant,
    keyId: expect.any(String),
    apiKey: expect.any(String),
    name: 'CI: staging “β”',
    scopes: ['infer', 'usage:read', 'keys:read'],
  });
  for (const key of [apiKey, created.json.apiKey]) expect(await opens(key)).toBe(true);
  expect(await list(tenant)).toEqual([
    {
      keyId,
      name: 'default',
      display: `maas_test_${keyId}_…${apiKey.slice(-4)}`,
      status: 'active',
      scopes: ['infer', 'usage:read', 'keys:read'],
      createdAt: expect.any(String),
      lastUsedAt: expect.any(String),
    },
    expect.objectContaining({ keyId: created.json.keyId, name: 'CI: staging “β”' }),
  ]);
});

test('a key is shown once: no list and no table holds it', async () => {
  const { tenant, apiKey } = await newTenant();
  const stored = await platform.dynamo.client.send(new ScanCommand({ TableName: 'keys' }));
  for (const text of [JSON.stringify(await list(tenant)), JSON.stringify(stored.Items)]) {
    expect(text).not.toContain(apiKey.slice(21, 64));
  }
});

test('a revoked key stops at once, and revoking it again changes nothing', async () => {
  const { tenant, keyId, apiKey } = await newTenant();
  const flushes = platform.gateway.flushes;
  const revoked = await revoke(tenant, keyId);
  expect(revoked.status).toBe(200);
  expect(revoked.json).toMatchObject({ keyId, status: 'revoked' });
  expect(platform.gateway.flushes).toBe(flushes + 1);
  expect(await opens(apiKey)).toBe(false);
  pass(5);
  expect((await revoke(tenant, keyId)).text).toBe(revoked.text);
});

test('a revocation that the gateway was not told of says so, and holds', async () => {
  const { tenant, keyId, apiKey } = await newTenant();
  platform.gateway.failing.add('flushAuthorizations');
  const answer = await revoke<Problem>(tenant, keyId);
  expect(answer.status).toBe(503);
  expect(answer.json.detail).toContain(`key ${keyId} is revoked, but`);
  expect(await opens(apiKey)).toBe(false);
});

test("another tenant's key is unknown, byte for byte", async () => {
  const [mine, other] = [await newTenant(), await newTenant()];
  for (const operation of [revoke<Problem>, rotate<Problem>]) {
    const [foreign, unknown] = [await operation(mine.tenant, other.keyId), await operation(mine.tenant, 'AAAAAAAAAA')];
    expect(foreign.status).toBe(404);
    expect(foreign.text.replaceAll(other.keyId, 'AAAAAAAAAA')).toBe(unknown.text);
    expect(foreign.headers).toEqual(unknown.headers);
  }
  for (const hostile of ['x'.repeat(3000), '../..', 'ключ', '']) {
    expect((await revoke(mine.tenant, hostile)).status).toBe(404);
  }
  expect(await opens(other.apiKey)).toBe(true);
  expect((await list(mine.tenant)).map(({ keyId }) => keyId)).toEqual([mine.keyId]);
});

test.each([
  ['a day when nothing is said', undefined, 86_400],
  ['none', { overlapSeconds: 0 }, 0],
  ['an hour', { overlapSeconds: 3600 }, 3600],
  ['a week', { overlapSeconds: 604_800 }, 604_800],
  ['any whole number of seconds', { overlapSeconds: 17 }, 17],
])('a rotated key works on for %s and not a millisecond longer', async (_, body, seconds) => {
  const { tenant, keyId, apiKey } = await newTenant();
  const startedAt = platform.clock.now;
  const { status, json } = await rotate(tenant, keyId, body);
  expect(status).toBe(201);
  expect(json).toEqual({
    tenant,
    keyId: expect.any(String),
    apiKey: expect.stringMatching(/^maas_test_/),
    rotatedFrom: keyId,
    oldExpiresAt: new Date(startedAt.getTime() + seconds * 1000).toISOString(),
  });
  if (seconds > 0) {
    pass(seconds - 0.001);
    expect(await opens(apiKey)).toBe(true);
    expect(await list(tenant)).toContainEqual(
      expect.objectContaining({ keyId, status: 'expiring', expiresAt: json.oldExpiresAt }),
    );
    pass(0.001);
  }
  expect(await opens(apiKey)).toBe(false);
  expect(await opens(json.apiKey)).toBe(true);
  const listed = await list(tenant);
  expect(listed).toContainEqual(expect.objectContaining({ keyId, status: 'expired' }));
  expect(listed).toContainEqual(
    expect.objectContaining({ keyId: json.keyId, status: 'active', name: 'default', rotatedFrom: keyId }),
  );
});

test('a rotation without overlap takes effect at once, one with overlap leaves the cache alone', async () => {
  const { tenant, keyId } = await newTenant();
  const flushes = platform.gateway.flushes;
  const { json } = await rotate(tenant, keyId, { overlapSeconds: 60 });
  expect(platform.gateway.flushes).toBe(flushes);
  await rotate(tenant, json.keyId, { overlapSeconds: 0 });
  expect(platform.gateway.flushes).toBe(flushes + 1);
});

test('a rotation keeps the hidden key, so the quota goes on counting', async () => {
  const { tenant, keyId, apiKey } = await newTenant();
  const before = (await platform.authorize({ 'x-api-key': apiKey })).usageIdentifierKey;
  const { json } = await rotate(tenant, keyId);
  const after = (await platform.authorize({ 'x-api-key': json.apiKey })).usageIdentifierKey;
  expect(after).toBe(before);
});

test('of twenty rotations of one key at the same time one wins, and leaves one new key', async () => {
  const { tenant, keyId } = await newTenant();
  const answers = await Promise.all(Array.from({ length: 20 }, () => rotate(tenant, keyId)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  const winner = answers.find(({ status }) => status === 201)?.json.keyId;
  expect(new Set((await list(tenant)).map((key) => key.keyId))).toEqual(new Set([keyId, winner]));
});

test('a key that no longer stands for itself cannot be rotated, and the answer says what to do', async () => {
  const { tenant, keyId } = await newTenant();
  const { json: next } = await rotate(tenant, keyId);
  const again = await rotate<Problem>(tenant, keyId);
  expect([again.status, again.json.detail]).toEqual([
    409,
    `key ${keyId} was rotated already; rotate its successor ${next.keyId} instead`,
  ]);
  await revoke(tenant, next.keyId);
  const revoked = await rotate<Problem>(tenant, next.keyId);
  expect([revoked.status, revoked.json.detail]).toEqual([
    409,
    `key ${next.keyId} is revoked; create a new key instead`,
  ]);
});

test('a key revoked during its overlap stops at once', async () => {
  const { tenant, keyId, apiKey } = await newTenant();
  await rotate(tenant, keyId);
  expect(await opens(apiKey)).toBe(true);
  expect((await revoke(tenant, keyId)).json).toMatchObject({ status: 'revoked' });
  expect(await opens(apiKey)).toBe(false);
});

test('an overlap that is no whole number of seconds up to a week is refused', async () => {
  const { tenant, keyId } = await newTenant();
  for (const overlapSeconds of [-1, 604_801, 1.5, '3600', null]) {
    const { status, json } = await rotate<Problem>(tenant, keyId, { overlapSeconds });
    expect(status).toBe(400);
    expect(json.detail).toContain('overlapSeconds');
  }
  expect((await list(tenant)).map(({ status }) => status)).toEqual(['active']);
});

const rotateWith = (token: string, tenant: string, keyId: string, overlapSeconds = 3600) =>
  platform.control<Rotated & { recoverableUntil: string } & Problem>('POST', '/tenants/{tenant}/keys/{keyId}/rotate', {
    params: { tenant, keyId },
    headers: { 'Idempotency-Key': token },
    body: { overlapSeconds },
  });
const hourLater = () => pass(3600);

test('a rotation repeated with its token gives the same key for a day, and then says that it cannot', async () => {
  const { tenant, keyId, apiKey } = await newTenant();
  const token = randomUUID();
  const first = await rotateWith(token, tenant, keyId);
  expect(first.status).toBe(201);
  expect(Date.parse(first.json.recoverableUntil) - platform.clock.now.getTime()).toBe(86_400_000);
  hourLater();
  // Another overlap changes nothing: the old key was promised its end.
  const again = await rotateWith(token, tenant, keyId, 604_800);
  expect([again.status, again.text]).toEqual([201, first.text]);
  expect(await opens(apiKey)).toBe(false);
  expect(await opens(again.json.apiKey)).toBe(true);
  expect(await list(tenant)).toHaveLength(2);
  const other = await rotateWith(randomUUID(), tenant, keyId);
  expect([other.status, other.json.detail]).toEqual([
    409,
    `key ${keyId} was rotated already; rotate its successor ${first.json.keyId} instead`,
  ]);
  pass(86_400 - 3600);
  expect((await rotateWith(token, tenant, keyId)).status).toBe(409);
  expect(await opens(first.json.apiKey)).toBe(true);
});

test('a rotation killed at any write is finished by its token, and leaves one new key', async () => {
  for (const dyingAt of [1, 2, 3]) {
    const { tenant, keyId, apiKey } = await newTenant();
    const token = randomUUID();
    let writes = 0;
    platform.dynamo.client.middlewareStack.add(
      (next, context) => (args) => {
        if (/^(Put|Update|Delete)/.test(context.commandName ?? '')) writes += 1;
        if (writes >= dyingAt) throw new Error('killed');
        return next(args);
      },
      { step: 'build', name: 'kill' },
    );
    expect((await rotateWith(token, tenant, keyId)).status).toBeGreaterThanOrEqual(500);
    platform.dynamo.client.middlewareStack.remove('kill');
    expect(await opens(apiKey)).toBe(true);
    const answers = await Promise.all([1, 2, 3].map(() => rotateWith(token, tenant, keyId)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ text }) => text))).toHaveLength(1);
    expect(await opens(answers[0]?.json.apiKey ?? '')).toBe(true);
    expect(await list(tenant)).toHaveLength(2);
  }
});

test('a rotation that died and is taken up too late leaves the old key as it is', async () => {
  const { tenant, keyId, apiKey } = await newTenant();
  const token = randomUUID();
  platform.dynamo.client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'UpdateItemCommand') throw new Error('killed');
      return next(args);
    },
    { step: 'build', name: 'kill' },
  );
  expect((await rotateWith(token, tenant, keyId)).status).toBe(500);
  platform.dynamo.client.middlewareStack.remove('kill');
  pass(86_400);
  const late = await rotateWith(token, tenant, keyId);
  expect([late.status, late.json.detail]).toEqual([409, expect.stringContaining('send another')]);
  pass(86_400 * 30);
  expect(await opens(apiKey)).toBe(true);
  expect((await rotateWith(randomUUID(), tenant, keyId)).status).toBe(201);
});

test('a token belongs to one key of one tenant, and one that can be guessed is refused', async () => {
  const [mine, other] = [await newTenant(), await newTenant()];
  const token = randomUUID();
  const keys = [await rotateWith(token, mine.tenant, mine.keyId), await rotateWith(token, other.tenant, other.keyId)];
  expect(keys.map(({ status }) => status)).toEqual([201, 201]);
  expect(new Set(keys.map(({ json }) => json.apiKey.slice(21)))).toHaveLength(2);
  for (const short of ['1', 'rotate-2026-11-22', 'x'.repeat(31)]) {
    const { status, json } = await rotateWith(short, mine.tenant, mine.keyId);
    expect([status, json.detail]).toEqual([400, expect.stringContaining('32 characters')]);
  }
});

test('no table holds what a new key could be computed from but for the token', async () => {
  const { tenant, keyId } = await newTenant();
  const token = randomUUID();
  const { json } = await rotateWith(token, tenant, keyId);
  for (const TableName of ['keys', 'audit']) {
    const text = JSON.stringify((await platform.dynamo.client.send(new ScanCommand({ TableName }))).Items);
    expect(text).not.toContain(token);
    expect(text).not.toContain(json.apiKey.slice(21, 64));
  }
});

test('a key works until the moment that was said when it was made; its successor too', async () => {
  const { tenant } = await newTenant();
  const expiresAt = new Date(platform.clock.now.getTime() + 10_000).toISOString();
  const created = await platform.control<Created>('POST', '/tenants/{tenant}/keys', {
    params: { tenant },
    body: { name: 'trial', expiresAt, scopes: ['infer'], models: ['spam'] },
  });
  expect(created.json).toMatchObject({ expiresAt, scopes: ['infer'], models: ['spam'] });
  const { json: next } = await rotate(tenant, created.json.keyId);
  expect(next.oldExpiresAt).toBe(expiresAt);
  expect((await list(tenant)).find(({ keyId }) => keyId === next.keyId)).toMatchObject({
    status: 'active',
    expiresAt,
    scopes: ['infer'],
    models: ['spam'],
  });
  pass(9.999);
  for (const key of [created.json, next]) expect(await opens(key.apiKey)).toBe(true);
  pass(0.001);
  for (const key of [created.json, next]) expect(await opens(key.apiKey)).toBe(false);
  const late = await rotate<Problem>(tenant, next.keyId);
  expect([late.status, late.json.detail]).toEqual([409, `key ${next.keyId} has expired; create a new key instead`]);
});

test.each([
  ['a scope that there is not', { scopes: ['admin'] }],
  ['no scopes', { scopes: [] }],
  ['no models', { models: [] }],
  ['a model that can have no such name', { models: ['../x'] }],
  ['an expiry without a time zone', { expiresAt: '2027-01-01T00:00:00' }],
  ['an expiry that is past', { expiresAt: '2020-01-01T00:00:00Z' }],
])('a key with %s is refused', async (_, body) => {
  const { tenant } = await newTenant();
  const { status } = await platform.control('POST', '/tenants/{tenant}/keys', { params: { tenant }, body });
  expect(status).toBe(400);
  expect(await list(tenant)).toHaveLength(1);
});

test('a tenant has a hundred keys that work at most; revoked ones make room', async () => {
  const { tenant, keyId } = await newTenant();
  for (let count = 1; count < 100; count++) expect((await createKey(tenant, 'many')).status).toBe(201);
  expect((await createKey(tenant, 'one too many')).status).toBe(409);
  await revoke(tenant, keyId);
  expect((await createKey(tenant, 'fits again')).status).toBe(201);
});
