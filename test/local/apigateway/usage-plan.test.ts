import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteUsagePlanKeyCommand,
  GetUsageCommand,
  GetUsagePlansCommand,
  UpdateApiKeyCommand,
  UpdateUsageCommand,
} from '@aws-sdk/client-api-gateway';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authorizer, custom, gatewayResponse, restApiStack, usagePlan } from './rest-api-template.ts';
import { type RunningGateway, startGateway } from './start-gateway.ts';

let dataDir: string;
let nowMs: number;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'usage-plan-'));
  nowMs = Date.UTC(2026, 0, 31, 12);
});
afterEach(() => rm(dataDir, { recursive: true }));

const methods = { 'GET /a': { ApiKeyRequired: true }, 'GET /b': { ApiKeyRequired: true }, 'GET /open': {} };

const start = (
  plan: Readonly<Record<string, unknown>>,
  more: Partial<Parameters<typeof restApiStack>[0]> = {},
): Promise<RunningGateway> =>
  startGateway({
    stack: restApiStack({ methods, ...more, more: { Plan: usagePlan('plan', plan), ...more.more } }),
    functions: { Function: ({ requestContext }) => ({ body: JSON.stringify(requestContext.identity) }) },
    dataDir,
    now: () => nowMs,
  });

async function planId({ client }: RunningGateway, name = 'plan'): Promise<string> {
  const { items = [] } = await client.send(new GetUsagePlansCommand({}));
  return items.find((plan) => plan.name === name)?.id ?? '';
}

/** A new key in the plan; its value. */
async function newKey(gateway: RunningGateway, value: string, plan?: string): Promise<string> {
  const { id } = await gateway.client.send(new CreateApiKeyCommand({ value, enabled: true }));
  const keyId = id ?? '';
  await gateway.client.send(
    new CreateUsagePlanKeyCommand({ usagePlanId: await planId(gateway, plan), keyId, keyType: 'API_KEY' }),
  );
  return keyId;
}

const get = (gateway: RunningGateway, key: string, path = '/a'): Promise<Response> =>
  fetch(`${gateway.url}${path}`, { headers: { 'x-api-key': key } });

const statuses = async (gateway: RunningGateway, key: string, count: number, path?: string): Promise<number[]> => {
  const all: number[] = [];
  for (let index = 0; index < count; index += 1) all.push((await get(gateway, key, path)).status);
  return all;
};

const [keyA, keyB] = ['a'.repeat(20), 'b'.repeat(40)];
// So slow that nothing drips while a test runs.
const burst = (size: number) => ({ RateLimit: 0.0001, BurstLimit: size });

describe('an API key', () => {
  test('in a plan of the stage is let in and shown to the function', async () => {
    const gateway = await start({});
    const id = await newKey(gateway, keyA);
    const response = await get(gateway, keyA);
    expect(await response.json()).toMatchObject({ apiKey: keyA, apiKeyId: id });
  });

  test('that is missing, unknown, disabled or in no plan of the stage is 403, all alike', async () => {
    const gateway = await start({}, { more: { Other: usagePlan('other', { ApiStages: [] }) } });
    const disabled = await newKey(gateway, keyA);
    const patchOperations = [{ op: 'replace' as const, path: '/enabled', value: 'false' }];
    await gateway.client.send(new UpdateApiKeyCommand({ apiKey: disabled, patchOperations }));
    await newKey(gateway, keyB, 'other');
    for (const headers of [{}, { 'x-api-key': 'c'.repeat(20) }, { 'x-api-key': keyA }, { 'x-api-key': keyB }]) {
      const response = await fetch(`${gateway.url}/a`, { headers });
      expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
      expect(response.headers.get('x-amzn-errortype')).toBe('ForbiddenException');
    }
    expect((await fetch(`${gateway.url}/open`)).status).toBe(200);
  });

  test('of the authorizer counts, not one that the client sends, where the API says so', async () => {
    const policyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
    const gateway = await startGateway({
      stack: restApiStack({
        api: { ApiKeySourceType: 'AUTHORIZER' },
        methods: { 'GET /a': { ...custom(), ApiKeyRequired: true } },
        functions: ['Function', 'Authorizer'],
        more: { TheAuthorizer: authorizer('method.request.header.who', 60), Plan: usagePlan('plan', {}) },
      }),
      functions: {
        Function: ({ requestContext }) => ({ body: JSON.stringify(requestContext.identity) }),
        Authorizer: ({ headers }) => ({
          principalId: 'p',
          policyDocument,
          ...(headers['who'] === 'nobody' ? {} : { usageIdentifierKey: headers['who'] }),
        }),
      },
      dataDir,
    });
    const id = await newKey(gateway, keyA);
    const as = (who: string): Promise<Response> => fetch(`${gateway.url}/a`, { headers: { who, 'x-api-key': keyA } });
    expect(await (await as(keyA)).json()).toMatchObject({ apiKey: keyA, apiKeyId: id });
    expect((await as(keyB)).status).toBe(403);
    expect((await as('nobody')).status).toBe(403);
  });
});

describe('a plan', () => {
  test('throttles each key by a bucket of its own: 429, as the template words it', async () => {
    const retry = {
      StatusCode: '429',
      ResponseParameters: { 'gatewayresponse.header.Retry-After': "'1'" },
      ResponseTemplates: { 'application/json': '{"error":$context.error.messageString}' },
    };
    const gateway = await start({ Throttle: burst(2) }, { more: { Throttled: gatewayResponse('THROTTLED', retry) } });
    await newKey(gateway, keyA);
    await newKey(gateway, keyB);
    expect(await statuses(gateway, keyA, 3)).toEqual([200, 200, 429]);
    // All methods of all stages of a plan share the key's bucket.
    expect(await statuses(gateway, keyA, 1, '/b')).toEqual([429]);
    expect(await statuses(gateway, keyB, 2)).toEqual([200, 200]);
    const response = await get(gateway, keyA);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toEqual({ error: 'Too Many Requests' });
    expect(response.headers.get('x-amzn-errortype')).toBe('TooManyRequestsException');
  });

  test('throttles single methods tighter', async () => {
    const stages = [{ ApiId: { Ref: 'Api' }, Stage: { Ref: 'Stage' }, Throttle: { '/a/GET': burst(1) } }];
    const gateway = await start({ ApiStages: stages, Throttle: burst(4) });
    await newKey(gateway, keyA);
    expect(await statuses(gateway, keyA, 2, '/a')).toEqual([200, 429]);
    expect(await statuses(gateway, keyA, 4, '/b')).toEqual([200, 200, 200, 429]);
  });

  test('with a rate or burst of nothing lets nothing through', async () => {
    const gateway = await start({ Throttle: { RateLimit: 0, BurstLimit: 0 } });
    await newKey(gateway, keyA);
    expect(await statuses(gateway, keyA, 1)).toEqual([429]);
  });

  test('counts its quota over a restart, per key, and starts anew with the period', async () => {
    const quota = { Quota: { Limit: 3, Period: 'MONTH' } };
    let gateway = await start(quota);
    await newKey(gateway, keyA);
    await newKey(gateway, keyB);
    expect(await statuses(gateway, keyA, 2)).toEqual([200, 200]);
    await gateway.stop();

    gateway = await start(quota);
    expect(await statuses(gateway, keyA, 2)).toEqual([200, 429]);
    expect(await statuses(gateway, keyB, 1)).toEqual([200]);
    const refused = await get(gateway, keyA);
    expect([refused.status, await refused.json()]).toEqual([429, { message: 'Limit Exceeded' }]);
    expect(refused.headers.get('x-amzn-errortype')).toBe('LimitExceededException');

    nowMs = Date.UTC(2026, 1, 1);
    expect(await statuses(gateway, keyA, 4)).toEqual([200, 200, 200, 429]);
  });

  test.each([
    ['DAY', Date.UTC(2026, 0, 31, 23, 59, 59, 999), Date.UTC(2026, 1, 1)],
    // 7 February 2026 is a Saturday.
    ['WEEK', Date.UTC(2026, 1, 7, 23, 59), Date.UTC(2026, 1, 8)],
    ['MONTH', Date.UTC(2026, 1, 28, 23, 59), Date.UTC(2026, 2, 1)],
  ])('renews a quota of a %s at midnight UTC', async (period, before, after) => {
    const gateway = await start({ Quota: { Limit: 1, Period: period } });
    await newKey(gateway, keyA);
    nowMs = before;
    expect(await statuses(gateway, keyA, 2)).toEqual([200, 429]);
    nowMs = after;
    expect(await statuses(gateway, keyA, 1)).toEqual([200]);
  });

  test('that a key leaves no longer lets it in; another plan counts from zero', async () => {
    const other = { Other: usagePlan('other', { Quota: { Limit: 1, Period: 'DAY' } }) };
    const gateway = await start({ Quota: { Limit: 1, Period: 'DAY' } }, { more: other });
    const keyId = await newKey(gateway, keyA);
    expect(await statuses(gateway, keyA, 2)).toEqual([200, 429]);
    await gateway.client.send(new DeleteUsagePlanKeyCommand({ usagePlanId: await planId(gateway), keyId }));
    expect(await statuses(gateway, keyA, 1)).toEqual([403]);
    const usagePlanId = await planId(gateway, 'other');
    await gateway.client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
    expect(await statuses(gateway, keyA, 2)).toEqual([200, 429]);
  });

  test('can be given another rest of its quota, less or more, until the period ends, and over a restart', async () => {
    const plan = { Quota: { Limit: 3, Period: 'MONTH' } };
    let gateway = await start(plan);
    const keyId = await newKey(gateway, keyA);
    const usagePlanId = await planId(gateway);
    const leave = (value: string, path = '/remaining') =>
      gateway.client.send(
        new UpdateUsageCommand({ usagePlanId, keyId, patchOperations: [{ op: 'replace', path, value }] }),
      );
    expect(await statuses(gateway, keyA, 1)).toEqual([200]);
    expect((await leave('1')).items).toEqual({ [keyId]: [[1, 1]] });
    expect(await statuses(gateway, keyA, 2)).toEqual([200, 429]);
    await leave('2');
    await gateway.stop();
    gateway = await start(plan);
    expect(await statuses(gateway, keyA, 3)).toEqual([200, 200, 429]);
    await leave('0');
    nowMs = Date.UTC(2026, 1, 1);
    expect(await statuses(gateway, keyA, 4)).toEqual([200, 200, 200, 429]);
    for (const wrong of [() => leave('-1'), () => leave('1.5'), () => leave('1', '/used')]) {
      await expect(wrong()).rejects.toMatchObject({ name: 'BadRequestException' });
    }
  });

  test('shows its use per key and day: used and remaining', async () => {
    const gateway = await start({ Quota: { Limit: 5, Period: 'MONTH' } });
    const keyId = await newKey(gateway, keyA);
    nowMs = Date.UTC(2026, 1, 1);
    await statuses(gateway, keyA, 2);
    nowMs = Date.UTC(2026, 1, 3);
    await statuses(gateway, keyA, 1);
    const usagePlanId = await planId(gateway);
    const usage = await gateway.client.send(
      new GetUsageCommand({ usagePlanId, startDate: '2026-01-31', endDate: '2026-02-03' }),
    );
    expect(usage).toMatchObject({
      usagePlanId,
      startDate: '2026-01-31',
      endDate: '2026-02-03',
      items: {
        [keyId]: [
          [0, 5],
          [2, 3],
          [0, 3],
          [1, 2],
        ],
      },
    });
    const tooLong = new GetUsageCommand({ usagePlanId, startDate: '2025-01-31', endDate: '2026-02-03' });
    await expect(gateway.client.send(tooLong)).rejects.toMatchObject({ name: 'BadRequestException' });
  });
});

test('a stage throttles its methods one by one, every caller together', async () => {
  const gateway = await startGateway({
    stack: restApiStack({
      methods: { 'GET /a': {}, 'GET /b/{x}': {}, 'POST /b/{x}': {} },
      stage: {
        MethodSettings: [
          { HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 0.0001, ThrottlingBurstLimit: 1 },
          { HttpMethod: 'GET', ResourcePath: '/~1b~1{x}', ThrottlingBurstLimit: 2 },
        ],
      },
    }),
    functions: { Function: () => ({}) },
  });
  const calls = async (method: string, path: string): Promise<number[]> => [
    (await fetch(`${gateway.url}${path}`, { method })).status,
    (await fetch(`${gateway.url}${path}`, { method })).status,
    (await fetch(`${gateway.url}${path}`, { method })).status,
  ];
  expect(await calls('GET', '/a')).toEqual([200, 429, 429]);
  expect(await calls('GET', '/b/1')).toEqual([200, 200, 429]);
  expect(await calls('POST', '/b/1')).toEqual([200, 429, 429]);
});
