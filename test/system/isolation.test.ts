import { randomUUID } from 'node:crypto';
import { beforeAll, expect, inject, test } from 'vitest';
import type { Route } from '../../core/api/route.ts';
import { routes } from '../../core/api/routes.ts';
import { maasJson, type NewTenant, newTenant } from './operator.ts';

const { url } = inject('maas').demo;
const tenantRoutes = routes.filter(({ api }) => api === 'tenant');
const parameters = ({ path }: Route): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name));

/** Something of another tenant, and something of the same form that nobody has. */
interface Strangers {
  readonly foreign: string;
  readonly unknown: string;
}

let own: NewTenant;
let other: NewTenant;
/** For every parameter that a tenant route has. A route with another one fails the tests below until it is said here what that is. */
let strangers: Readonly<Record<string, Strangers>>;
/** What must never be read by anybody but the other tenant. */
let secrets: readonly string[];

const inferBody = JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [1] }] });
const allScopes = ['--scopes', 'infer', 'usage:read', 'keys:read', 'keys:write'];
const month = new Date().toISOString().slice(0, 7);

beforeAll(async () => {
  await maasJson('prices', 'publish', 'prices/price-book.json');
  const tenants = [await newTenant(), await newTenant()] as const;
  const [first, second] = await Promise.all(
    tenants.map(async ({ tenant, plan }) => ({
      ...(await maasJson<NewTenant>('keys', 'create', tenant, ...allScopes)),
      tenant,
      plan,
    })),
  );
  if (first === undefined || second === undefined) throw new Error('no tenants');
  [own, other] = [first, second];
  // The other tenant has all models, a usage event and an invoice; this one has one model.
  await maasJson('tenants', 'models', own.tenant, 'linear-2x');
  const used = await fetch(`${url}/v2/models/linear-2x/infer`, {
    method: 'POST',
    headers: { 'x-api-key': other.apiKey },
    body: inferBody,
  });
  expect(used.status).toBe(200);
  const event = String(used.headers.get('x-usage-event-id'));
  await maasJson('billing', 'close', '--now', '--tenant', other.tenant);
  const { id: invoice } = await maasJson<{ id: string }>('invoices', 'finalize', other.tenant, month, '--early');
  strangers = {
    model: { foreign: 'spam', unknown: 'nope' },
    // A version is one of a model, so it is the model that decides.
    version: { foreign: '1', unknown: '1' },
    keyId: { foreign: other.keyId, unknown: 'AAAAAAAAAA' },
    // The same moment, so that both are looked for in the same place.
    event: { foreign: event, unknown: `${event.slice(0, -12)}aaaaaaaaaaaa` },
    invoice: { foreign: invoice, unknown: `${invoice.slice(0, -1)}9` },
    line: { foreign: '1', unknown: '1' },
  };
  secrets = [other.tenant, other.keyId, event];
});

/** Calls a route as this tenant, with those parameters in its path. */
async function call(
  route: Route,
  fill: (name: string) => string,
  more = '',
): Promise<{ status: number; text: string }> {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(fill(name)));
  const response = await fetch(`${url}${path}${more}`, {
    method: route.method,
    headers: {
      'x-api-key': own.apiKey,
      authorization: `Bearer ${own.apiKey}`,
      'content-type': 'application/json',
    },
    ...(route.method === 'POST' ? { body: route.billable ? inferBody : '{}' } : {}),
  });
  const requestId = response.headers.get('x-request-id') ?? '';
  return { status: response.status, text: (await response.text()).replaceAll(requestId, 'request') };
}

const stranger = (name: string): Strangers => {
  const found = strangers[name];
  if (found === undefined) throw new Error(`say in this test what another tenant's ${name} is, and an unknown one`);
  return found;
};

test.each(tenantRoutes.filter((route) => parameters(route).length > 0).map(({ id, ...route }) => ({ id, route })))(
  "$id answers to another tenant's things as to unknown ones",
  async ({ id, route: rest }) => {
    const route = { id, ...rest };
    const [foreign, unknown] = [
      await call(route, (name) => stranger(name).foreign),
      await call(route, (name) => stranger(name).unknown),
    ];
    let text = foreign.text;
    for (const name of parameters(route)) text = text.replaceAll(stranger(name).foreign, stranger(name).unknown);
    let expected = unknown.text;
    // Where one of them is part of another word, both texts take the same turn.
    for (const name of parameters(route))
      expected = expected.replaceAll(stranger(name).foreign, stranger(name).unknown);
    expect([foreign.status, text]).toEqual([404, expected]);
    expect(unknown.status).toBe(404);
  },
);

test.each(tenantRoutes.filter((route) => parameters(route).length === 0).map(({ id, ...route }) => ({ id, route })))(
  '$id shows nothing of another tenant, not even when it is asked to',
  async ({ id, route }) => {
    for (const more of ['', `?tenant=${other.tenant}`, `?keyId=${other.keyId}`]) {
      const { text } = await call({ id, ...route }, () => '', more);
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
  },
);

test('a model outside of the list of the tenant is in no list, and one on it is there', async () => {
  const list = await fetch(`${url}/v2/models`, { headers: { 'x-api-key': own.apiKey } });
  expect(await list.json()).toEqual({ models: ['linear-2x'] });
  const served = await fetch(`${url}/v2/models/linear-2x/infer`, {
    method: 'POST',
    headers: { 'x-api-key': own.apiKey },
    body: inferBody,
  });
  expect(served.status).toBe(200);
});

test('a body that names another tenant changes nothing of it', async () => {
  for (const route of tenantRoutes.filter(({ method, family }) => method === 'POST' && family === 'account')) {
    const path = route.path.replace('{keyId}', own.keyId);
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'x-api-key': own.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify({ tenant: other.tenant, keyId: other.keyId }),
    });
    expect([route.id, response.status]).toEqual([route.id, 400]);
  }
  expect((await fetch(`${url}/account`, { headers: { 'x-api-key': other.apiKey } })).status).toBe(200);
});

test('handing in a leaked key tells nobody whether there was one', async () => {
  const { keyId, apiKey } = await maasJson<NewTenant>('keys', 'create', other.tenant);
  const report = async (key: string) => {
    const response = await fetch(`${url}/keys/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': randomUUID() },
      body: JSON.stringify({ apiKey: key }),
    });
    return { status: response.status, text: await response.text() };
  };
  const first = await report(apiKey);
  expect(first.status).toBe(200);
  expect(await report(apiKey)).toEqual(first);
  const { keys } = await maasJson<{ keys: { keyId: string; status: string }[] }>('keys', 'list', other.tenant);
  expect(keys.find((key) => key.keyId === keyId)?.status).toBe('revoked');
});
