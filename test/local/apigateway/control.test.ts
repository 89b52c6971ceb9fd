import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeyCommand,
  GetApiKeysCommand,
  GetStagesCommand,
  GetUsageCommand,
  GetUsagePlanCommand,
  GetUsagePlanKeyCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  ImportApiKeysCommand,
  paginateGetApiKeys,
  UpdateApiKeyCommand,
  UpdateUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import { describe, expect, test } from 'vitest';
import type { PolicyStatement } from '../../../local/iam/principal.ts';
import { restApiStack, usagePlan } from './rest-api-template.ts';
import { account, type RunningGateway, region, startGateway } from './start-gateway.ts';

const start = (dataDir?: string): Promise<RunningGateway> =>
  startGateway({
    stack: restApiStack({
      methods: { 'GET /': { ApiKeyRequired: true } },
      more: {
        Free: usagePlan('free', {
          Description: 'for a start',
          Throttle: { RateLimit: 5 },
          Quota: { Limit: 9, Period: 'DAY' },
        }),
        Pro: usagePlan('pro', {}),
        Elsewhere: usagePlan('elsewhere', { ApiStages: [] }),
      },
    }),
    functions: { Function: () => ({}) },
    ...(dataDir !== undefined && { dataDir }),
  });

async function plans({ client }: RunningGateway): Promise<Record<string, string>> {
  const { items = [] } = await client.send(new GetUsagePlansCommand({ limit: 10 }));
  return Object.fromEntries(items.map(({ name, id }) => [name, id]));
}

const value = 'v'.repeat(20);

describe('API keys', () => {
  test('are created, shown with their value only on request, changed and deleted', async () => {
    const { client } = await start();
    const tags = { team: 'a' };
    const created = await client.send(
      new CreateApiKeyCommand({ name: 'one', description: 'd', customerId: 'c', value, tags }),
    );
    expect(created).toMatchObject({ name: 'one', description: 'd', customerId: 'c', value, enabled: false, tags });
    expect(created.createdDate).toBeInstanceOf(Date);
    const apiKey = created.id ?? '';
    expect(apiKey).toMatch(/^[a-z0-9]{10}$/);
    expect((await client.send(new GetApiKeyCommand({ apiKey }))).value).toBeUndefined();
    expect((await client.send(new GetApiKeyCommand({ apiKey, includeValue: true }))).value).toBe(value);
    const updated = await client.send(
      new UpdateApiKeyCommand({
        apiKey,
        patchOperations: [
          { op: 'replace', path: '/enabled', value: 'true' },
          { op: 'replace', path: '/name', value: 'two' },
        ],
      }),
    );
    expect(updated).toMatchObject({ enabled: true, name: 'two', description: 'd' });
    expect(updated.value).toBeUndefined();
    await client.send(new DeleteApiKeyCommand({ apiKey }));
    await expect(client.send(new GetApiKeyCommand({ apiKey }))).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(client.send(new DeleteApiKeyCommand({ apiKey }))).rejects.toMatchObject({ name: 'NotFoundException' });
    // Its value is free again.
    expect((await client.send(new CreateApiKeyCommand({ value }))).value).toBe(value);
  });

  test('get a value of their own when none is given', async () => {
    const { client } = await start();
    const made = await Promise.all([1, 2].map(() => client.send(new CreateApiKeyCommand({}))));
    expect(new Set(made.map((key) => key.value)).size).toBe(2);
    for (const key of made) expect(key.value).toMatch(/^[A-Za-z0-9]{40}$/);
  });

  test.each([
    ['too short', 'a'.repeat(19)],
    ['too long', 'a'.repeat(129)],
    ['not alphanumeric', 'a-'.repeat(10)],
  ])('with a value that is %s are refused without repeating it', async (_, refused) => {
    const { client } = await start();
    const error: unknown = await client
      .send(new CreateApiKeyCommand({ value: refused }))
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'BadRequestException', $metadata: { httpStatusCode: 400 } });
    expect((error as Error).message).not.toContain(refused);
  });

  test('with the value of another are a conflict', async () => {
    const { client } = await start();
    await client.send(new CreateApiKeyCommand({ value }));
    await expect(client.send(new CreateApiKeyCommand({ value }))).rejects.toMatchObject({ name: 'ConflictException' });
  });

  test('are listed page by page, by name and by customer', async () => {
    const { client } = await start();
    const names = ['a1', 'a2', 'b1', 'b2', 'b3'];
    for (const name of names) await client.send(new CreateApiKeyCommand({ name, customerId: name.slice(1) }));
    const listed: (string | undefined)[] = [];
    for await (const page of paginateGetApiKeys({ client, pageSize: 2 }, {})) {
      expect(page.items?.length).toBeLessThanOrEqual(2);
      for (const item of page.items ?? []) listed.push(item.name);
    }
    expect(new Set(listed)).toEqual(new Set(names));
    expect(listed).toHaveLength(names.length);
    const found = async (query: object): Promise<Set<string | undefined>> =>
      new Set((await client.send(new GetApiKeysCommand(query))).items?.map((key) => key.name));
    expect(await found({ nameQuery: 'b' })).toEqual(new Set(['b1', 'b2', 'b3']));
    expect(await found({ customerId: '1' })).toEqual(new Set(['a1', 'b1']));
    expect((await client.send(new GetApiKeysCommand({}))).items?.[0]?.value).toBeUndefined();
    expect((await client.send(new GetApiKeysCommand({ includeValues: true }))).items?.[0]?.value).toHaveLength(40);
    await expect(client.send(new GetApiKeysCommand({ limit: 501 }))).rejects.toMatchObject({
      name: 'BadRequestException',
    });
  });

  test('take no patch that API Gateway does not have', async () => {
    const { client } = await start();
    const { id: apiKey } = await client.send(new CreateApiKeyCommand({}));
    for (const operation of [
      { op: 'replace', path: '/value', value },
      { op: 'remove', path: '/name', value: '' },
      { op: 'replace', path: '/enabled', value: 'maybe' },
      { op: 'replace', path: '/constructor', value: 'x' },
    ] as const) {
      const update = new UpdateApiKeyCommand({ apiKey, patchOperations: [operation] });
      await expect(client.send(update)).rejects.toMatchObject({ name: 'BadRequestException' });
    }
  });

  test('and their plans are there after a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'control-'));
    let gateway = await start(dataDir);
    const { id: keyId } = await gateway.client.send(new CreateApiKeyCommand({ name: 'kept', value, enabled: true }));
    const { free } = await plans(gateway);
    await gateway.client.send(new CreateUsagePlanKeyCommand({ usagePlanId: free, keyId, keyType: 'API_KEY' }));
    await gateway.stop();
    gateway = await start(dataDir);
    expect((await plans(gateway))['free']).toBe(free);
    expect(await gateway.client.send(new GetApiKeyCommand({ apiKey: keyId, includeValue: true }))).toMatchObject({
      name: 'kept',
      value,
    });
    expect((await fetch(gateway.url, { headers: { 'x-api-key': value } })).status).toBe(200);
    await gateway.stop();
    await rm(dataDir, { recursive: true });
  });
});

describe('usage plans', () => {
  test('are those of the template', async () => {
    const gateway = await start();
    const { free } = await plans(gateway);
    expect(await gateway.client.send(new GetUsagePlanCommand({ usagePlanId: free }))).toMatchObject({
      id: free,
      name: 'free',
      description: 'for a start',
      apiStages: [{ apiId: gateway.apiId, stage: 'live' }],
      throttle: { rateLimit: 5 },
      quota: { limit: 9, offset: 0, period: 'DAY' },
    });
  });

  test('take and release keys; a key opens a stage by one plan only', async () => {
    const gateway = await start();
    const { client } = gateway;
    const { free, pro, elsewhere } = await plans(gateway);
    const { id: keyId } = await client.send(new CreateApiKeyCommand({ name: 'k' }));
    const add = (usagePlanId: string | undefined) =>
      client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
    expect(await add(free)).toMatchObject({ id: keyId, name: 'k', type: 'API_KEY' });
    await expect(add(free)).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(add(pro)).rejects.toMatchObject({ name: 'ConflictException' });
    await add(elsewhere);
    expect(await client.send(new GetUsagePlanKeyCommand({ usagePlanId: free, keyId }))).toMatchObject({
      id: keyId,
      name: 'k',
    });
    const { items } = await client.send(new GetUsagePlanKeysCommand({ usagePlanId: free }));
    expect(items).toMatchObject([{ id: keyId, name: 'k', type: 'API_KEY' }]);
    const ofKey = await client.send(new GetUsagePlansCommand({ keyId }));
    expect(new Set(ofKey.items?.map(({ name }) => name))).toEqual(new Set(['elsewhere', 'free']));
    await client.send(new DeleteUsagePlanKeyCommand({ usagePlanId: free, keyId }));
    await expect(client.send(new GetUsagePlanKeyCommand({ usagePlanId: free, keyId }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
    await add(pro);
  });

  test('or keys that are not there are not found', async () => {
    const gateway = await start();
    const { free } = await plans(gateway);
    const unknown = {
      usagePlanId: 'nope',
      keyId: 'nope',
      keyType: 'API_KEY',
      startDate: '2026-01-01',
      endDate: '2026-01-02',
    };
    for (const command of [
      new CreateUsagePlanKeyCommand({ ...unknown, usagePlanId: free }),
      new CreateUsagePlanKeyCommand(unknown),
      new DeleteUsagePlanKeyCommand({ ...unknown, usagePlanId: free }),
      new GetUsagePlanCommand(unknown),
    ]) {
      await expect(gateway.client.send(command as GetUsagePlanCommand)).rejects.toMatchObject({
        name: 'NotFoundException',
      });
    }
    await expect(gateway.client.send(new GetUsageCommand(unknown))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});

describe('who may do what', () => {
  const as = ({ credentials, endpointUrl }: RunningGateway, ...Statement: PolicyStatement[]): APIGatewayClient =>
    new APIGatewayClient({
      endpoint: endpointUrl,
      region,
      maxAttempts: 1,
      credentials: credentials.issue({
        arn: `arn:aws:sts::${account}:assumed-role/control/session`,
        account,
        policies: [{ Version: '2012-10-17', Statement }],
      }),
    });

  test('is decided by the HTTP method and the path of the call', async () => {
    const gateway = await start();
    const keys = `arn:aws:apigateway:${region}::/apikeys`;
    const client = as(gateway, { Effect: 'Allow', Action: 'apigateway:POST', Resource: keys });
    const { id: apiKey } = await client.send(new CreateApiKeyCommand({}));
    await expect(client.send(new GetApiKeyCommand({ apiKey }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 403 },
      message: expect.stringContaining(`apigateway:GET on resource: ${keys}/${apiKey}`),
    });
    // Tags at creation are a permission of their own.
    await expect(client.send(new CreateApiKeyCommand({ tags: { a: 'b' } }))).rejects.toMatchObject({
      message: expect.stringContaining(`apigateway:PUT on resource: arn:aws:apigateway:${region}::/tags/arn%3Aaws`),
    });
    const tagger = as(gateway, {
      Effect: 'Allow',
      Action: ['apigateway:POST', 'apigateway:PUT'],
      Resource: [keys, '*/tags/*'],
    });
    await tagger.send(new CreateApiKeyCommand({ tags: { a: 'b' } }));
  });
});

test('every other operation is refused by its name', async () => {
  const { client, apiId } = await start();
  const refused = (name: string) => ({
    name: 'NotImplemented',
    message: expect.stringContaining(`${name} is not emulated`),
  });
  await expect(client.send(new CreateUsagePlanCommand({ name: 'x' }))).rejects.toMatchObject(
    refused('CreateUsagePlan'),
  );
  await expect(client.send(new UpdateUsagePlanCommand({ usagePlanId: 'x' }))).rejects.toMatchObject(
    refused('UpdateUsagePlan'),
  );
  await expect(client.send(new GetStagesCommand({ restApiId: apiId }))).rejects.toMatchObject(refused('GetStages'));
  const imported = new ImportApiKeysCommand({ format: 'csv', body: new Uint8Array(1) });
  await expect(client.send(imported)).rejects.toMatchObject(refused('ImportApiKeys'));
});
