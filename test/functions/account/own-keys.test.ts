import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Scope } from '../../../core/api/scope.ts';
import { apiKeyChecksum } from '../../../core/tenancy/api-key-checksum.ts';
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

let count = 0;
/** A tenant, and a key of it that was made with these powers. */
async function keyWith(powers: { scopes?: readonly Scope[]; models?: readonly string[]; expiresAt?: string }) {
  count += 1;
  const body = { name: `owner ${count}`, plan: 'pro' };
  const { tenant, keyId } = (await platform.control<Key>('POST', '/tenants', { body })).json;
  const made = await platform.control<Key>('POST', '/tenants/{tenant}/keys', { params: { tenant }, body: powers });
  expect(made.status).toBe(201);
  return { tenant, first: keyId, keyId: made.json.keyId, apiKey: made.json.apiKey };
}

/** Calls as a key: through the authorizer, whose context is what the function gets. */
async function callAs(apiKey: string, method: string, resource: string, request: object = {}) {
  platform.restartAuthorizer();
  const { context = {} } = await platform.authorize({ 'x-api-key': apiKey }, [method, resource]);
  const { tenant, plan, keyId, scopes } = context as Record<string, string>;
  const caller = { tenant: String(tenant), plan: String(plan), keyId: String(keyId), scopes: scopes?.split(' ') };
  return platform.account<Key & { keys: { keyId: string }[] }>(method, resource, { ...request, caller } as never);
}

const opens = async (apiKey: string): Promise<boolean> => {
  platform.restartAuthorizer();
  return (await platform.authorize({ 'x-api-key': apiKey })).principalId !== 'nobody';
};

test('a tenant makes, rotates and revokes its own keys', async () => {
  const { apiKey, tenant } = await keyWith({ scopes: ['infer', 'keys:read', 'keys:write'] });
  const flushes = platform.gateway.flushes;
  const made = await callAs(apiKey, 'POST', '/keys', { body: { name: 'batch', scopes: ['infer'] } });
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({ tenant, name: 'batch', scopes: ['infer'] });
  const { keyId } = made.json;
  const rotated = await callAs(apiKey, 'POST', '/keys/{keyId}/rotate', { params: { keyId }, body: {} });
  expect(rotated.status).toBe(201);
  for (const key of [made.json.apiKey, rotated.json.apiKey]) expect(await opens(key)).toBe(true);
  const revoked = await callAs(apiKey, 'DELETE', '/keys/{keyId}', { params: { keyId: rotated.json.keyId } });
  expect([revoked.status, revoked.json]).toEqual([200, expect.objectContaining({ status: 'revoked' })]);
  expect(await opens(rotated.json.apiKey)).toBe(false);
  // Emptying the gateway's cache slows down everybody, so tenants cannot.
  expect(platform.gateway.flushes).toBe(flushes);
});

test('a key that makes keys gives no more than it has', async () => {
  const expiresAt = new Date(platform.clock.now.getTime() + 3_600_000).toISOString();
  const later = new Date(platform.clock.now.getTime() + 3_600_001).toISOString();
  const { apiKey, first } = await keyWith({ scopes: ['infer', 'keys:write'], models: ['spam', 'digits'], expiresAt });
  const refused = [
    [{ scopes: ['usage:read'] }, 'the scope usage:read'],
    [{ scopes: ['infer', 'keys:read', 'usage:read'] }, 'the scope keys:read, usage:read'],
    [{ models: ['spam', 'resnet50'] }, 'the model resnet50'],
    [{ expiresAt: later }, `a life beyond ${expiresAt}`],
  ] as const;
  for (const [body, what] of refused) {
    const { status, json } = await callAs(apiKey, 'POST', '/keys', { body });
    expect([status, json.detail]).toEqual([
      403,
      `this API key cannot give ${what}, which it does not have itself; ask an operator`,
    ]);
  }
  const inherited = await callAs(apiKey, 'POST', '/keys', { body: {} });
  expect(inherited.json).toMatchObject({ scopes: ['infer'], models: ['spam', 'digits'], expiresAt });
  // Nor by a detour over a key that can do more.
  const rotated = await callAs(apiKey, 'POST', '/keys/{keyId}/rotate', { params: { keyId: first }, body: {} });
  expect([rotated.status, rotated.json.detail]).toEqual([403, expect.stringContaining('cannot give the scope')]);
});

test('a key without the scope can neither list nor change keys', async () => {
  const { apiKey, first } = await keyWith({ scopes: ['infer', 'usage:read'] });
  const params = { keyId: first };
  for (const [method, resource, scope] of [
    ['GET', '/keys', 'keys:read'],
    ['POST', '/keys', 'keys:write'],
    ['DELETE', '/keys/{keyId}', 'keys:write'],
    ['POST', '/keys/{keyId}/rotate', 'keys:write'],
  ] as const) {
    const { status, json } = await callAs(apiKey, method, resource, { params });
    expect([status, json.detail]).toEqual([403, expect.stringContaining(`lacks the scope ${scope}`)]);
  }
});

test("another tenant's keys are unknown, byte for byte", async () => {
  const { apiKey } = await keyWith({ scopes: ['infer', 'usage:read', 'keys:read', 'keys:write'] });
  const other = await keyWith({});
  for (const [method, resource] of [
    ['DELETE', '/keys/{keyId}'],
    ['POST', '/keys/{keyId}/rotate'],
  ] as const) {
    const foreign = await callAs(apiKey, method, resource, { params: { keyId: other.keyId } });
    const unknown = await callAs(apiKey, method, resource, { params: { keyId: 'AAAAAAAAAA' } });
    expect(foreign.status).toBe(404);
    expect(foreign.text.replaceAll(other.keyId, 'AAAAAAAAAA')).toBe(unknown.text);
  }
  expect(await opens(other.apiKey)).toBe(true);
});

test('whoever has a key may revoke it, and learns nothing about any other', async () => {
  const { apiKey } = await keyWith({});
  const report = (key: unknown) => platform.account<Key>('POST', '/keys/revoke', { body: { apiKey: key } });
  const wrongSecret = apiKey.slice(0, 30) + (apiKey[30] === 'a' ? 'b' : 'a') + apiKey.slice(31, 64);
  const unknown = await report(wrongSecret + apiKeyChecksum(wrongSecret));
  expect(unknown.status).toBe(200);
  expect(await opens(apiKey)).toBe(true);
  const known = await report(apiKey);
  expect(await opens(apiKey)).toBe(false);
  const again = await report(apiKey);
  for (const answer of [known, again]) expect(answer).toEqual(unknown);
  for (const junk of ['', 'junk', apiKey.slice(1), `${apiKey.slice(0, -1)}!`, 7]) {
    expect((await report(junk)).status).toBe(400);
  }
});
