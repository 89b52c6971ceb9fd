import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { GatewayKeys } from '../../../core/tenancy/gateway-keys.ts';
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
  readonly createdAt: string;
}
interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

const create = <Body = Created>(name: string, plan = 'pro', remainingMs = 28_000) =>
  platform.control<Body>('POST', '/tenants', { body: { name, plan }, remainingMs });
const show = (tenant: string) => platform.control('GET', '/tenants/{tenant}', { params: { tenant } });
const hiddenKeys = (tenant: string) =>
  [...platform.gateway.keys.values()].filter(({ name }) => name === `maas-dev-${tenant}`);

test('creating a tenant gives its first key, which works at once', async () => {
  const { status, json, headers } = await create('Acme Corp');
  expect(status).toBe(201);
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-request-id': 'request-1' });
  expect(json).toEqual({
    tenant: 'acme-corp',
    name: 'Acme Corp',
    plan: 'pro',
    status: 'active',
    createdAt: expect.any(String),
    apiKey: expect.stringMatching(/^maas_test_/),
    keyId: expect.stringMatching(/^[0-9A-Za-z]{10}$/),
  });
  expect((await platform.authorize({ 'x-api-key': json.apiKey })).principalId).toBe('acme-corp');
});

test("a tenant's hidden key is under its plan, unguessable, and shown nowhere", async () => {
  await create('hidden', 'free');
  const [key, ...others] = hiddenKeys('hidden');
  expect(others).toEqual([]);
  expect(key).toMatchObject({ enabled: true, plan: 'plan-f', value: expect.stringMatching(/^[0-9A-Za-z]{40}$/) });
  const shown = [
    (await show('hidden')).text,
    (await platform.control('GET', '/tenants')).text,
    (await platform.control('POST', '/tenants/{tenant}/suspend', { params: { tenant: 'hidden' } })).text,
    ...platform.logs,
  ];
  for (const text of shown) expect(text).not.toContain(key?.value);
});

test('tenants are listed by id, and shown without anything that the contract does not name', async () => {
  const { json } = await create('Listed Ltd', 'enterprise');
  const { tenant, createdAt } = json;
  const expected = { tenant, name: 'Listed Ltd', plan: 'enterprise', status: 'active', createdAt };
  expect((await show(tenant)).json).toEqual(expected);
  const listed = (await platform.control<{ tenants: { tenant: string }[] }>('GET', '/tenants')).json.tenants;
  expect(listed).toContainEqual(expected);
  const ids = listed.map((one) => one.tenant);
  expect(ids).toEqual([...ids].sort());
});

test("a change of a tenant's shards is audited, shown to operators alone, and known wherever its events are written", async () => {
  const { json: created } = await create('Spread Ltd');
  platform.clock.now = new Date('2026-11-22T06:30:00Z');
  const params = { tenant: created.tenant };
  const change = (count: unknown) => platform.control('PUT', '/tenants/{tenant}/shards', { params, body: { count } });
  const shards = [{ from: '2026-11-22T09', count: 8 }];
  for (let again = 0; again < 2; again += 1) expect((await change(8)).json).toMatchObject({ shards });
  expect((await show(created.tenant)).json).toMatchObject({ shards });
  for (const wrong of [0, 2, '8', null]) expect((await change(wrong)).status).toBe(400);
  const { context } = await platform.authorize({ 'x-api-key': created.apiKey });
  expect(JSON.parse(String(context?.['shards']))).toEqual(shards);
  const caller = { tenant: created.tenant, plan: 'pro', keyId: created.keyId };
  const own = await platform.account('GET', '/account', { caller });
  expect(own.status).toBe(200);
  expect(own.text).not.toContain('shards');
  const audit = await platform.control<{ records: { action: string }[] }>('GET', '/audit', { query: params });
  expect(audit.json.records.filter(({ action }) => action === 'tenant.shards')).toMatchObject([
    { before: { shards: [] }, after: { shards } },
  ]);
  platform.clock.now = new Date();
});

test('a name that is taken is refused by name, however it is written', async () => {
  await create('Taken Inc');
  for (const name of ['Taken Inc', 'taken inc', 'TAKEN--INC!']) {
    const { status, json } = await create<Problem>(name, 'free');
    expect(status).toBe(409);
    expect(json.detail).toBe('there is a tenant taken-inc already');
  }
  expect((await show('taken-inc')).json).toMatchObject({ name: 'Taken Inc', plan: 'pro' });
});

test('an unknown plan is refused with the plans that there are', async () => {
  for (const plan of ['gold', '__proto__', 'toString']) {
    const { status, json } = await create<Problem>('planless', plan);
    expect(status).toBe(400);
    expect(json.detail).toBe(`there is no plan "${plan}"; the plans are free, pro, enterprise`);
  }
  expect((await show('planless')).status).toBe(404);
});

test('of fifty creations of one name at the same time one wins, with one hidden key', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => create('Race')));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
  expect(hiddenKeys('race')).toHaveLength(1);
  const winner = answers.find(({ status }) => status === 201)?.json;
  const keys = await platform.control<{ keys: Created[] }>('GET', '/tenants/{tenant}/keys', {
    params: { tenant: 'race' },
  });
  expect(keys.json.keys.map(({ keyId }) => keyId)).toEqual([winner?.keyId]);
});

test.each<keyof GatewayKeys>(['create', 'attach'])(
  'a creation that fails at %s leaves no tenant, and the next one completes with another plan',
  async (step) => {
    const name = `fails-at-${step}`;
    platform.gateway.failing.add(step);
    const failed = await create<Problem>(name, 'free');
    expect(failed.status).toBe(503);
    expect(failed.headers['retry-after']).toBeDefined();
    expect(failed.text).not.toContain('TooManyRequestsException');
    expect(platform.logs.at(-2)).toContain(`TooManyRequestsException in ${step}`);
    expect((await show(name)).status).toBe(404);
    expect((await platform.control('GET', '/tenants')).text).not.toContain(name);
    const keys = await platform.control('GET', '/tenants/{tenant}/keys', { params: { tenant: name } });
    expect(keys.status).toBe(404);
    platform.gateway.failing.clear();
    const { status, json } = await create(name, 'enterprise');
    expect(status).toBe(201);
    expect(hiddenKeys(name)).toEqual([expect.objectContaining({ plan: 'plan-e', enabled: true })]);
    expect(await keyIds(name)).toEqual([json.keyId]);
  },
);

test('a creation killed at any write is completed by the next one, once it cannot be running any more', async () => {
  // Writes to DynamoDB of a whole creation, counted from 1: take the name, record the change, note the hidden key, store the
  // API key, finish.
  for (const dyingAt of [2, 3, 4, 5]) {
    const name = `killed-at-${dyingAt}`;
    let writes = 0;
    platform.dynamo.client.middlewareStack.add(
      (next, context) => (args) => {
        if (/^(Put|Update|Delete)/.test(context.commandName ?? '')) writes += 1;
        // Everything after that moment fails too, as it does for a process that is gone.
        if (writes >= dyingAt) throw new Error('killed');
        return next(args);
      },
      { step: 'build', name: 'kill' },
    );
    expect((await create(name, 'free', 10_000)).status).toBe(503);
    platform.dynamo.client.middlewareStack.remove('kill');

    const early = await create<Problem>(name, 'pro');
    expect(early.status).toBe(409);
    expect(early.headers['retry-after']).toBe('10');
    expect(early.json.detail).toContain(`tenant ${name} is being created right now`);

    platform.clock.now = new Date(platform.clock.now.getTime() + 10_000);
    const answers = await Promise.all([create(name), create(name), create(name)]);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(2);
    const winner = answers.find(({ status }) => status === 201)?.json;
    expect(await keyIds(name)).toEqual([winner?.keyId]);
    expect((await platform.authorize({ 'x-api-key': winner?.apiKey ?? '' })).principalId).toBe(name);
    // Only a death between making the hidden key and noting it leaves one, in no plan.
    const orphans = hiddenKeys(name).filter(({ plan }) => plan === undefined);
    expect(orphans).toHaveLength(dyingAt === 3 ? 1 : 0);
    expect(hiddenKeys(name).filter(({ plan }) => plan !== undefined)).toEqual([
      expect.objectContaining({ plan: 'plan-p' }),
    ]);
  }
});

test('a creation whose writes are repeated by the SDK after lost answers ends as one', async () => {
  const lost = new Set<unknown>();
  platform.dynamo.client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (/^(Put|Update)/.test(context.commandName ?? '') && !lost.has(args.input)) {
        lost.add(args.input);
        throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
      }
      return result;
    },
    { step: 'deserialize', name: 'lose' },
  );
  const { status, json } = await create('lossy');
  platform.dynamo.client.middlewareStack.remove('lose');
  expect(lost.size).toBe(5);
  expect(status).toBe(201);
  expect(hiddenKeys('lossy')).toHaveLength(1);
  expect((await platform.authorize({ 'x-api-key': json.apiKey })).principalId).toBe('lossy');
});

test('a suspended tenant is refused at once, again and again, and gets no new keys', async () => {
  const { tenant, keyId, apiKey } = (await create('Bad Payer')).json;
  expect((await platform.authorize({ 'x-api-key': apiKey })).principalId).toBe(tenant);
  const flushes = platform.gateway.flushes;
  const params = { tenant };
  const suspended = await platform.control('POST', '/tenants/{tenant}/suspend', { params });
  expect(suspended.json).toMatchObject({ tenant, status: 'suspended' });
  expect(platform.gateway.flushes).toBe(flushes + 1);
  expect(hiddenKeys(tenant)).toEqual([expect.objectContaining({ enabled: false })]);
  expect((await platform.authorize({ 'x-api-key': apiKey })).principalId).toBe('nobody');
  const again = await platform.control('POST', '/tenants/{tenant}/suspend', { params });
  expect(again.text).toBe(suspended.text);
  expect((await show(tenant)).json).toMatchObject({ status: 'suspended' });
  const newKey = await platform.control<Problem>('POST', '/tenants/{tenant}/keys', { params, body: {} });
  expect([newKey.status, newKey.json.detail]).toEqual([409, 'tenant bad-payer is suspended; it cannot get new keys']);
  const rotated = await platform.control('POST', '/tenants/{tenant}/keys/{keyId}/rotate', {
    params: { tenant, keyId },
  });
  expect(rotated.status).toBe(409);
});

test('a suspension that the gateway was not told of says so, and is completed by repeating it', async () => {
  const { tenant, apiKey } = (await create('stubborn')).json;
  for (const step of ['flushAuthorizations', 'disable'] as const) {
    platform.gateway.failing.add(step);
    const answer = await platform.control<Problem>('POST', '/tenants/{tenant}/suspend', { params: { tenant } });
    expect([answer.status, answer.json.detail]).toEqual([
      503,
      'tenant stubborn is suspended, but the gateway could not be told, so requests may still pass for up to 60 s',
    ]);
    expect((await platform.authorize({ 'x-api-key': apiKey })).principalId).toBe('nobody');
    platform.gateway.failing.clear();
  }
  expect((await platform.control('POST', '/tenants/{tenant}/suspend', { params: { tenant } })).status).toBe(200);
  expect(hiddenKeys(tenant)).toEqual([expect.objectContaining({ enabled: false })]);
});

test('an unknown tenant is 404 on every route, whatever its name looks like', async () => {
  const routes: [string, string][] = [
    ['GET', '/tenants/{tenant}'],
    ['POST', '/tenants/{tenant}/suspend'],
    ['GET', '/tenants/{tenant}/usage'],
    ['POST', '/tenants/{tenant}/keys'],
    ['GET', '/tenants/{tenant}/keys'],
    ['DELETE', '/tenants/{tenant}/keys/{keyId}'],
    ['POST', '/tenants/{tenant}/keys/{keyId}/rotate'],
  ];
  for (const tenant of ['nobody', 'NOBODY', '../etc', 'x'.repeat(5000), '日本']) {
    for (const [method, resource] of routes) {
      const answer = await platform.control<Problem>(method, resource, { params: { tenant, keyId: 'AAAAAAAAAA' } });
      expect(answer.status).toBe(404);
      expect(answer.json.detail).toBe(`there is no tenant ${JSON.stringify(tenant.slice(0, 100))}`);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    }
  }
});

async function keyIds(tenant: string): Promise<string[]> {
  const { json } = await platform.control<{ keys: { keyId: string }[] }>('GET', '/tenants/{tenant}/keys', {
    params: { tenant },
  });
  return json.keys.map(({ keyId }) => keyId);
}

const move = (tenant: string, plan: string) =>
  platform.control<Created & Problem>('PUT', '/tenants/{tenant}/plan', { params: { tenant }, body: { plan } });

test('a resumed tenant is let in again, with the keys that it had', async () => {
  const { tenant, apiKey } = (await create('Good Payer')).json;
  const params = { tenant };
  await platform.control('POST', '/tenants/{tenant}/suspend', { params });
  platform.gateway.failing.add('enable');
  const failed = await platform.control<Problem>('POST', '/tenants/{tenant}/resume', { params });
  expect([failed.status, failed.json.detail]).toEqual([503, expect.stringContaining('is still refused')]);
  expect((await platform.authorize({ 'x-api-key': apiKey })).principalId).toBe('nobody');
  platform.gateway.failing.clear();
  const flushes = platform.gateway.flushes;
  const resumed = await platform.control('POST', '/tenants/{tenant}/resume', { params });
  expect([resumed.status, resumed.json]).toEqual([200, expect.objectContaining({ tenant, status: 'active' })]);
  expect(platform.gateway.flushes).toBe(flushes + 1);
  expect(hiddenKeys(tenant)).toEqual([expect.objectContaining({ enabled: true })]);
  expect((await platform.authorize({ 'x-api-key': apiKey })).principalId).toBe(tenant);
  expect((await platform.control('POST', '/tenants/{tenant}/resume', { params })).text).toBe(resumed.text);
});

test('a change of plan takes along what was used of the quota, there and back', async () => {
  const { tenant, apiKey } = (await create('Grows', 'free')).json;
  const [hidden] = hiddenKeys(tenant);
  if (hidden === undefined) throw new Error('no hidden key');
  hidden.used['plan-f'] = 700;
  const moved = await move(tenant, 'pro');
  expect([moved.status, moved.json]).toEqual([200, expect.objectContaining({ plan: 'pro' })]);
  expect(hidden).toMatchObject({ plan: 'plan-p', used: { 'plan-p': 700 }, enabled: true });
  expect((await platform.authorize({ 'x-api-key': apiKey })).context).toMatchObject({ plan: 'pro' });
  expect((await move(tenant, 'pro')).text).toBe(moved.text);
  hidden.used['plan-p'] = 900;
  await move(tenant, 'free');
  expect(hidden).toMatchObject({ plan: 'plan-f', used: { 'plan-f': 900 } });
});

test.each(['used', 'detach', 'attach', 'countAsUsed', 'flushAuthorizations'] as const)(
  'a change of plan whose step %s fails is finished by repeating it, and nothing of the quota is lost',
  async (step) => {
    const { tenant } = (await create(`moves-${step}`, 'free')).json;
    const [hidden] = hiddenKeys(tenant);
    if (hidden === undefined) throw new Error('no hidden key');
    hidden.used['plan-f'] = 7;
    platform.gateway.failing.add(step);
    const failed = await move(tenant, 'pro');
    expect([failed.status, failed.json.detail]).toEqual([503, expect.stringContaining('repeat the call')]);
    if (step !== 'used') expect((await move(tenant, 'enterprise')).status).toBe(409);
    platform.gateway.failing.clear();
    expect((await move(tenant, 'pro')).json).toMatchObject({ plan: 'pro' });
    expect(hidden).toMatchObject({ plan: 'plan-p', used: { 'plan-p': 7 } });
    expect((await move(tenant, 'enterprise')).json).toMatchObject({ plan: 'enterprise' });
  },
);

test('of changes to different plans at the same time, one wins or says that the other did', async () => {
  const { tenant } = (await create('Torn', 'free')).json;
  const answers = await Promise.all(['pro', 'enterprise', 'pro', 'enterprise'].map((plan) => move(tenant, plan)));
  expect(answers.map(({ status }) => status).filter((status) => status !== 409)).toContain(200);
  expect(answers.every(({ status }) => [200, 409, 503].includes(status))).toBe(true);
  const plan = String((await show(tenant)).json['plan']);
  await move(tenant, plan);
  expect(hiddenKeys(tenant)).toEqual([expect.objectContaining({ plan: plan === 'pro' ? 'plan-p' : 'plan-e' })]);
});

test('a tenant has the models on its list, and all again without one', async () => {
  const { tenant, apiKey } = (await create('Choosy')).json;
  const allow = (models: unknown) =>
    platform.control('PUT', '/tenants/{tenant}/models', { params: { tenant }, body: { models } });
  const models = async () => (await platform.authorize({ 'x-api-key': apiKey })).context?.['models'];
  const flushes = platform.gateway.flushes;
  expect((await allow(['spam', 'digits'])).json).toMatchObject({ tenant, models: ['spam', 'digits'] });
  expect(platform.gateway.flushes).toBe(flushes + 1);
  expect(await models()).toBe('["spam","digits"]');
  const { json } = await platform.control<Created>('POST', '/tenants/{tenant}/keys', {
    params: { tenant },
    body: { models: ['digits', 'resnet50'] },
  });
  // A key's own list narrows the tenant's, and never widens it.
  expect((await platform.authorize({ 'x-api-key': json.apiKey })).context).toMatchObject({ models: '["digits"]' });
  expect((await allow(null)).json).not.toHaveProperty('models');
  expect(await models()).toBeUndefined();
  for (const wrong of [[], ['../x'], 'spam', undefined]) expect((await allow(wrong)).status).toBe(400);
});

test('what is unknown can be neither resumed, moved nor given models', async () => {
  const params = { tenant: 'nobody' };
  expect((await platform.control('POST', '/tenants/{tenant}/resume', { params })).status).toBe(404);
  expect((await move('nobody', 'pro')).status).toBe(404);
  const body = { models: null };
  expect((await platform.control('PUT', '/tenants/{tenant}/models', { params, body })).status).toBe(404);
  const { tenant } = (await create('Known')).json;
  const { status, json } = await move(tenant, 'gold');
  expect([status, json.detail]).toEqual([400, 'there is no plan "gold"; the plans are free, pro, enterprise']);
});
