import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../../../core/api/routes.ts';
import { type Platform, startPlatform } from '../platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

interface Problem {
  readonly status: number;
  readonly detail: string;
}

const create = (body: unknown, headers: Record<string, string> = {}) =>
  platform.control<Problem>('POST', '/tenants', { body, headers });

test('every control route is served', async () => {
  for (const { method, path } of routes.filter((route) => route.function === 'control')) {
    const params = { tenant: 'nobody', keyId: 'AAAAAAAAAA', model: 'nothing', version: '1', destination: 'openmeter' };
    const { status } = await platform.control(method, path, { params, body: {} });
    expect([200, 400, 404]).toContain(status);
  }
});

test('a body with a key that nobody reads is refused by its name', async () => {
  const bodies: [string, string, unknown][] = [
    ['POST', '/tenants', { name: 'x', plan: 'pro', plna: 'free' }],
    ['POST', '/tenants/{tenant}/suspend', { plna: 1 }],
    ['POST', '/tenants/{tenant}/keys', { plna: 1 }],
    ['DELETE', '/tenants/{tenant}/keys/{keyId}', { plna: 1 }],
    ['POST', '/tenants/{tenant}/keys/{keyId}/rotate', { plna: 1 }],
    ['POST', '/models', { manifest: {}, files: {}, plna: 1 }],
    ['POST', '/models/{model}/versions/{version}/validate', { plna: 1 }],
  ];
  for (const [method, path, body] of bodies) {
    const params = { tenant: 'nobody', keyId: 'AAAAAAAAAA', model: 'nothing', version: '1', destination: 'openmeter' };
    const { status, json } = await platform.control<Problem>(method, path, { params, body });
    expect(status).toBe(400);
    expect(json.detail).toContain('"plna"');
  }
});

test('what is wrong with a body is said by field', async () => {
  expect((await create({ name: 7 })).json.detail).toMatch(/name: .*string.*; plan: .*string/);
  expect((await create({ name: '', plan: 'pro' })).json.detail).toMatch(/^name: /);
  expect((await create({ name: 'a\nb', plan: 'pro' })).json.detail).toBe('name: control characters are not allowed');
  expect((await create({ name: 'a\u202eb', plan: 'pro' })).json.detail).toBe(
    'name: control characters are not allowed',
  );
  expect((await create({ name: '&&&', plan: 'pro' })).json.detail).toContain('at least one letter a-z or digit');
  expect((await create({ name: 'x'.repeat(101), plan: 'pro' })).json.detail).toMatch(/^name: .*100/);
});

test('what is not JSON in UTF-8 is 400', async () => {
  for (const body of ['{', 'null', '[]', '"x"', '7', '{"name":"x","plan":"pro"} trailing', Buffer.from([0xff, 0xfe])]) {
    const { status, headers } = await create(body);
    expect(status).toBe(400);
    expect(headers['content-type']).toBe('application/problem+json');
  }
});

test('another content type or a compressed body is 415, and says what to send', async () => {
  const json = '{"name":"typed","plan":"pro"}';
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'multipart/form-data; x',
  ]) {
    const { status, json: problem } = await create(json, { 'Content-Type': type });
    expect(status).toBe(415);
    expect(problem.detail).toContain('send application/json');
  }
  expect((await create(json, { 'content-type': 'application/json', 'content-encoding': 'gzip' })).status).toBe(415);
  expect((await create(json, { 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(201);
});

test('a body over a megabyte is 413', async () => {
  const { status, json } = await create(`{"name":"${'x'.repeat(1_000_000)}"}`);
  expect(status).toBe(413);
  expect(json.detail).toBe('the body has 1000011 bytes; it may have 1000000');
});

test('a body cannot set a prototype, however it is written', async () => {
  for (const body of ['{"name":"p","plan":"pro","__proto__":{}}', '{"name":"p","plan":"pro","\\u005f_proto__":{}}']) {
    const { status, json } = await create(body);
    expect([status, json.detail]).toEqual([400, 'the body has a field "__proto__"']);
  }
});

test('no JSON whatever gets more than a 4xx out of any route, and none is logged', async () => {
  // Of everybody, when nobody is named: nothing is missing in an empty body.
  const ofEverybody = ['billing.close', 'billing.rebuild', 'billing.reconcile', 'billing.focus', 'exports.run'];
  const written = routes.filter(
    ({ id, function: served, method }) =>
      served === 'control' && (method === 'POST' || method === 'PUT') && !ofEverybody.includes(id),
  );
  const secret = 'payload-of-the-client';
  const anything = fc.jsonValue({ maxDepth: 3 });
  const body = fc.oneof(
    anything,
    fc.record(
      {
        name: anything,
        plan: fc.oneof(anything, fc.constant(secret)),
        overlapSeconds: anything,
        scopes: anything,
        models: fc.oneof(anything, fc.constant(null)),
        expiresAt: anything,
        manifest: anything,
        files: fc.oneof(anything, fc.dictionary(fc.string(), anything)),
      },
      { requiredKeys: [] },
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...written), body, async ({ method, path }, value) => {
      const params = {
        tenant: 'nobody',
        keyId: 'AAAAAAAAAA',
        model: 'nothing',
        version: '1',
        destination: 'openmeter',
      };
      const { status } = await platform.control(method, path, { params, body: JSON.stringify(value) });
      expect([400, 404]).toContain(status);
    }),
    { numRuns: 300 },
  );
  expect(platform.logs.join('\n')).not.toContain(secret);
});
