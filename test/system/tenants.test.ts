import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { maas, maasJson, type NewTenant, newTenant } from './operator.ts';

const { url } = inject('maas').demo;

const infer = (apiKey: string): Promise<Response> =>
  fetch(`${url}/v2/models/linear-2x/infer`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [21] }] }),
  });

const get = async <Answer>(path: string, apiKey: string): Promise<Answer> => {
  const response = await fetch(`${url}${path}`, { headers: { 'x-api-key': apiKey } });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
};

test('a new tenant calls a model with the key that create printed', async () => {
  const { apiKey, tenant, plan } = await newTenant('pro');
  expect(plan).toBe('pro');
  const response = await infer(apiKey);
  expect(response.status).toBe(200);
  const { outputs } = (await response.json()) as { outputs: { data: number[] }[] };
  expect(outputs[0]?.data[0]).toBeCloseTo(42, 3);
  expect(await get<{ tenant: string }>('/account', apiKey)).toMatchObject({ tenant });
});

test('a name that is taken and a plan that is unknown are refused with the reason', async () => {
  const { tenant } = await newTenant();
  const again = await maas('tenants', 'create', tenant, '--plan', 'free');
  expect(again.code).not.toBe(0);
  expect(again.stderr).toContain(tenant);
  const unknown = await maas('tenants', 'create', `${tenant}-x`, '--plan', 'gold');
  expect(unknown.code).not.toBe(0);
  for (const plan of ['free', 'pro', 'enterprise']) expect(unknown.stderr).toContain(plan);
});

test('a second tenant sees only its own usage and keys', async () => {
  const [first, second] = [await newTenant(), await newTenant()];
  await infer(first.apiKey);
  const usage = await get<{ tenant: string; totals: { requests: number } }>('/usage', second.apiKey);
  expect(usage).toMatchObject({ tenant: second.tenant, totals: { requests: 0 } });
  const keys = await get<{ keys: { keyId: string }[] }>('/keys', second.apiKey);
  expect(keys.keys.map((key) => key.keyId)).toEqual([second.keyId]);
  const peek = await get<{ tenant: string }>(`/usage?tenant=${first.tenant}`, second.apiKey).catch(() => undefined);
  expect(peek?.tenant ?? second.tenant).toBe(second.tenant);
  const foreign = await maas('keys', 'revoke', second.tenant, first.keyId);
  const unknown = await maas('keys', 'revoke', second.tenant, 'AAAAAAAAAA');
  expect(foreign.code).not.toBe(0);
  expect(foreign.stderr.replaceAll(first.keyId, 'AAAAAAAAAA')).toBe(unknown.stderr);
  expect((await infer(first.apiKey)).status).toBe(200);
});

test('an unknown, a revoked and a malformed key and a suspended tenant read alike', async () => {
  const [revoked, suspended] = [await newTenant(), await newTenant()];
  for (const { apiKey } of [revoked, suspended]) expect((await infer(apiKey)).status).toBe(200);
  await maasJson('keys', 'revoke', revoked.tenant, revoked.keyId);
  await maasJson('tenants', 'suspend', suspended.tenant);
  const unknown = revoked.apiKey.replace(
    /^(maas_[a-z]+_)(.)/,
    (_, prefix: string, first: string) => `${prefix}${first === 'a' ? 'b' : 'a'}`,
  );
  const answers = await Promise.all(
    [revoked.apiKey, unknown, 'junk', suspended.apiKey].map(async (key) => {
      const response = await infer(key);
      return { status: response.status, body: await response.text() };
    }),
  );
  expect(answers[0]?.status).toBe(403);
  expect(JSON.parse(answers[0]?.body ?? '')).toHaveProperty('error');
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test('a missing key is 401 on both families', async () => {
  const openInference = await fetch(`${url}/v2/models/linear-2x`);
  const huggingFace = await fetch(`${url}/models/spam`, { method: 'POST', body: '{"inputs":"hi"}' });
  for (const response of [openInference, huggingFace]) {
    expect(response.status).toBe(401);
    expect(await response.json()).toHaveProperty('error');
  }
});

test('a rotated key works beside its successor for the overlap, and not after it', async () => {
  const { tenant, keyId, apiKey } = await newTenant();
  const next = await maasJson<NewTenant>('keys', 'rotate', tenant, keyId, '--overlap', '1h');
  for (const key of [apiKey, next.apiKey]) expect((await infer(key)).status).toBe(200);
  const last = await maasJson<NewTenant>('keys', 'rotate', tenant, next.keyId, '--overlap', '0');
  expect((await infer(next.apiKey)).status).toBe(403);
  expect((await infer(last.apiKey)).status).toBe(200);
  const listed = await maasJson<{ keys: unknown[] }>('keys', 'list', tenant);
  expect(listed.keys).toHaveLength(3);
  expect(JSON.stringify(listed)).not.toContain(last.apiKey);
});

test('over the rate of the plan is 429 with Retry-After', async () => {
  const { apiKey } = await newTenant('free');
  const responses = await Promise.all(Array.from({ length: 60 }, () => infer(apiKey)));
  const refused = responses.filter((response) => response.status === 429);
  expect(refused.length).toBeGreaterThan(0);
  for (const response of refused) {
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toHaveProperty('error');
  }
  expect(new Set(responses.map((response) => response.status))).toEqual(new Set([200, 429]));
});

test('a key opens what its scopes and models say, and says what it lacks', async () => {
  const { tenant } = await newTenant();
  const { apiKey } = await maasJson<NewTenant>(
    'keys',
    'create',
    tenant,
    ...['--scopes', 'infer', '--models', 'linear-2x', '--expires', '1h', '--name', 'narrow'],
  );
  expect((await infer(apiKey)).status).toBe(200);
  expect((await fetch(`${url}/v2/models/spam`, { headers: { 'x-api-key': apiKey } })).status).toBe(404);
  const usage = await fetch(`${url}/usage`, { headers: { 'x-api-key': apiKey } });
  expect([usage.status, await usage.json()]).toEqual([
    403,
    expect.objectContaining({ detail: expect.stringContaining('lacks the scope usage:read') }),
  ]);
  const { keys } = await maasJson<{ keys: { name: string; lastUsedAt?: string }[] }>('keys', 'list', tenant);
  expect(keys.find(({ name }) => name === 'narrow')).toMatchObject({ scopes: ['infer'], models: ['linear-2x'] });
});

test('a tenant manages its own keys over HTTP, and its operator reads who did what', async () => {
  const { tenant } = await newTenant();
  const scopes = ['--scopes', 'infer,keys:read', 'keys:write'];
  const { apiKey } = await maasJson<NewTenant>('keys', 'create', tenant, ...scopes);
  const send = async <Answer>(method: string, path: string, body?: unknown, more: Record<string, string> = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json', ...more },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: (await response.json()) as Answer };
  };
  const made = await send<NewTenant>('POST', '/keys', { name: 'batch', scopes: ['infer'] });
  expect(made.status).toBe(201);
  const token = { 'idempotency-key': '018f5a1e-7c1b-7b6e-9d3a-5f6c7d8e9f00' };
  const rotate = () => send<NewTenant>('POST', `/keys/${made.json.keyId}/rotate`, { overlapSeconds: 3600 }, token);
  const [first, second] = [await rotate(), await rotate()];
  expect([first.status, second]).toEqual([201, first]);
  for (const key of [made.json.apiKey, first.json.apiKey]) expect((await infer(key)).status).toBe(200);
  expect((await send('DELETE', `/keys/${first.json.keyId}`)).status).toBe(200);
  const { records } = await maasJson<{ records: { action: string; actor: string }[] }>('audit', '--tenant', tenant);
  expect(records.map(({ action }) => action)).toEqual([
    'key.revoke',
    'key.rotate',
    'key.create',
    'key.create',
    'tenant.create',
  ]);
  expect(records[0]?.actor).toMatch(/^key /);
  expect(records[4]?.actor).toMatch(/^arn:/);
});

test('a tenant leaves with its data, is refused, and comes back within its time of grace', async () => {
  const { tenant, apiKey } = await newTenant();
  expect((await infer(apiKey)).status).toBe(200);
  const folder = mkdtempSync(join(tmpdir(), 'maas-export-'));
  const file = join(folder, 'tenant.ndjson');
  expect(await maasJson('tenants', 'export', tenant, '--to', file)).toEqual({ tenant, file, records: 3 });
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(['tenant', 'key', 'usage']);
  expect(statSync(file).mode & 0o077).toBe(0);
  const again = await maas('tenants', 'export', tenant, '--to', file);
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('EEXIST')]);
  rmSync(folder, { recursive: true });
  expect(await maasJson('tenants', 'offboard', tenant)).toMatchObject({ status: 'leaving' });
  expect((await infer(apiKey)).status).toBe(403);
  expect(await maasJson<{ purged: string[] }>('tenants', 'purge')).toEqual({ purged: [] });
  await maasJson('tenants', 'resume', tenant);
  expect((await infer(apiKey)).status).toBe(200);
});

test('a suspended tenant is resumed, and a change of plan keeps what it used', async () => {
  const { tenant, apiKey } = await newTenant('free');
  expect((await infer(apiKey)).status).toBe(200);
  await maasJson('tenants', 'suspend', tenant);
  expect((await infer(apiKey)).status).toBe(403);
  expect(await maasJson('tenants', 'resume', tenant)).toMatchObject({ status: 'active' });
  expect((await infer(apiKey)).status).toBe(200);
  expect(await maasJson('tenants', 'plan', tenant, 'pro')).toMatchObject({ plan: 'pro' });
  expect((await infer(apiKey)).status).toBe(200);
  expect(await get<{ plan: string }>('/account', apiKey)).toMatchObject({ plan: 'pro' });
  const { records } = await maasJson<{ records: { action: string; after?: object }[] }>('audit', '--tenant', tenant);
  // The two that were let in until then.
  expect(records.find(({ action }) => action === 'tenant.plan')?.after).toMatchObject({ plan: 'pro', used: 2 });
});
