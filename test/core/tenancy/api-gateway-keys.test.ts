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

test('what a key used in a plan is read day by day, and goes along to another', async () => {
  reply = { status: 202 };
  await keys.detach('k1', 'plan1');
  reply = { status: 404, error: 'NotFoundException' };
  await keys.detach('k1', 'plan1');
  calls = [];
  // As the service names it: https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsage.html
  reply = {
    status: 200,
    body: {
      values: {
        k1: [
          [3, 97],
          [0, 97],
          [40, 57],
        ],
      },
    },
  };
  expect(await keys.used('k1', 'plan1', new Date('2026-11-01T00:00:00Z'), new Date('2026-11-03T12:00:00Z'))).toBe(43);
  expect(calls).toEqual([
    { call: 'GET /usageplans/plan1/usage?endDate=2026-11-03&keyId=k1&startDate=2026-11-01', body: undefined },
  ]);
  calls = [];
  reply = { status: 200, body: { quota: { limit: 100, period: 'MONTH' } } };
  await keys.countAsUsed('k1', 'plan2', 43);
  await keys.countAsUsed('k1', 'plan2', 143);
  const left = (value: string) => ({
    call: 'PATCH /usageplans/plan2/keys/k1/usage',
    body: { patchOperations: [{ op: 'replace', path: '/remaining', value }] },
  });
  const read = { call: 'GET /usageplans/plan2', body: undefined };
  expect(calls).toEqual([read, left('57'), read, left('0')]);
});

test('a key is enabled, and one that is gone cannot be', async () => {
  reply = { status: 200 };
  await keys.enable('k1');
  expect(calls).toEqual([
    { call: 'PATCH /apikeys/k1', body: { patchOperations: [{ op: 'replace', path: '/enabled', value: 'true' }] } },
  ]);
  reply = { status: 404, error: 'NotFoundException' };
  await expect(keys.enable('k1')).rejects.toMatchObject({ name: 'NotFoundException' });
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
