import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ApiGatewayKeys } from '../../../core/tenancy/api-gateway-keys.ts';

let server: Server;
let keys: ApiGatewayKeys;
let calls: { call: string; body: unknown }[] = [];
/** What the control API answers: an error's name comes in a header. */
let reply: { status: number; error?: string; body?: unknown };

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  calls.push({ call: `${request.method} ${request.url}`, body: body === '' ? undefined : JSON.parse(body) });
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    ...(reply.error === undefined ? {} : { 'x-amzn-errortype': reply.error }),
  });
  response.end(JSON.stringify(reply.body ?? {}));
}

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const client = new APIGatewayClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  keys = new ApiGatewayKeys(client, { restApiId: 'api123', stageName: 'dev' });
});
beforeEach(() => {
  calls = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('a key is created enabled, with our value', async () => {
  reply = { status: 201, body: { id: 'k1', value: 'v'.repeat(40) } };
  expect(await keys.create('maas-dev-acme', 'v'.repeat(40))).toBe('k1');
  expect(calls).toEqual([
    { call: 'POST /apikeys', body: { name: 'maas-dev-acme', value: 'v'.repeat(40), enabled: true } },
  ]);
});

test('a key goes under a plan, once', async () => {
  reply = { status: 201, body: { id: 'k1', type: 'API_KEY' } };
  await keys.attach('k1', 'plan1');
  expect(calls).toEqual([{ call: 'POST /usageplans/plan1/keys', body: { keyId: 'k1', keyType: 'API_KEY' } }]);
  reply = { status: 409, error: 'ConflictException' };
  await keys.attach('k1', 'plan1');
});

test('a key is disabled and deleted, and one that is gone needs neither', async () => {
  reply = { status: 200 };
  await keys.disable('k1');
  await keys.delete('k1');
  expect(calls).toEqual([
    {
      call: 'PATCH /apikeys/k1',
      body: { patchOperations: [{ op: 'replace', path: '/enabled', value: 'false' }] },
    },
    { call: 'DELETE /apikeys/k1', body: undefined },
  ]);
  reply = { status: 404, error: 'NotFoundException' };
  await keys.disable('k1');
  await keys.delete('k1');
});

test("the stage's cached authorizations are flushed", async () => {
  reply = { status: 202 };
  await keys.flushAuthorizations();
  expect(calls).toEqual([{ call: 'DELETE /restapis/api123/stages/dev/cache/authorizers', body: undefined }]);
});

test('every other refusal is an error', async () => {
  reply = { status: 429, error: 'TooManyRequestsException' };
  const operations = [
    () => keys.create('n', 'v'.repeat(40)),
    () => keys.attach('k1', 'plan1'),
    () => keys.disable('k1'),
    () => keys.delete('k1'),
    () => keys.flushAuthorizations(),
  ];
  for (const operation of operations)
    await expect(operation()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
});
