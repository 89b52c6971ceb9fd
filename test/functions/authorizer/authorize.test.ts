import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { apiKeyChecksum } from '../../../core/tenancy/api-key-checksum.ts';
import { type Platform, startPlatform } from '../platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

interface Created {
  readonly tenant: string;
  readonly keyId: string;
  readonly apiKey: string;
}

const create = async (name: string): Promise<Created> =>
  (await platform.control<Created>('POST', '/tenants', { body: { name, plan: 'pro' } })).json;

const huggingFace = ['POST', '/models/{model}'] as const;

/** Counts what DynamoDB is asked for while `work` runs. */
async function calls(kind: RegExp, work: () => Promise<unknown>): Promise<number> {
  let count = 0;
  platform.dynamo.client.middlewareStack.add(
    (next, context) => (args) => {
      if (kind.test(context.commandName ?? '')) count += 1;
      return next(args);
    },
    { step: 'build', name: 'count', override: true },
  );
  await work();
  platform.dynamo.client.middlewareStack.remove('count');
  return count;
}

const reads = (work: () => Promise<unknown>): Promise<number> => calls(/^(Get|Query)/, work);

const resealed = (apiKey: string, change: (body: string) => string): string => {
  const body = change(apiKey.slice(0, 64));
  return body + apiKeyChecksum(body);
};

const otherDigit = (digit: string): string => (digit === 'a' ? 'b' : 'a');

test('a good key opens the whole stage, as its tenant, under the hidden key', async () => {
  const { apiKey, keyId } = await create('Good');
  const [gatewayKey] = [...platform.gateway.keys.values()].filter(({ name }) => name === 'maas-dev-good');
  const answer = await platform.authorize({ 'x-api-key': apiKey });
  expect(answer).toEqual({
    principalId: 'good',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: `${platform.stageArn}/*` }],
    },
    context: { tenant: 'good', plan: 'pro', keyId, scopes: 'infer usage:read keys:read' },
    usageIdentifierKey: gatewayKey?.value,
  });
  for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
    expect(await platform.authorize({ Authorization: `${scheme} ${apiKey}` }, huggingFace)).toEqual(answer);
  }
});

test('all refusals are one and the same', async () => {
  const [good, revoked, rotated, suspended] = [
    await create('fine'),
    await create('revoked'),
    await create('rotated'),
    await create('suspended'),
  ];
  await platform.control('DELETE', '/tenants/{tenant}/keys/{keyId}', { params: { ...revoked } });
  await platform.control('POST', '/tenants/{tenant}/keys/{keyId}/rotate', {
    params: { ...rotated },
    body: { overlapSeconds: 0 },
  });
  await platform.control('POST', '/tenants/{tenant}/suspend', { params: { tenant: 'suspended' } });
  const key = good.apiKey;
  const refused = [
    await platform.authorize({}),
    await platform.authorize({ 'x-api-key': '' }),
    await platform.authorize({ 'x-api-key': 'junk' }),
    await platform.authorize({ 'x-api-key': 'x'.repeat(100_000) }),
    await platform.authorize({ 'x-api-key': `${key} ` }),
    await platform.authorize({ 'x-api-key': key.slice(0, -1) + otherDigit(key.slice(-1)) }),
    // Well formed, of an id that does not exist, and of one that does with another secret.
    await platform.authorize({ 'x-api-key': resealed(key, (body) => `maas_test_${'Z'.repeat(10)}${body.slice(20)}`) }),
    await platform.authorize({ 'x-api-key': resealed(key, (body) => body.slice(0, 63) + otherDigit(body.slice(63))) }),
    // The same secret in another environment.
    await platform.authorize({ 'x-api-key': resealed(key, (body) => body.replace('_test_', '_live_')) }),
    await platform.authorize({ 'x-api-key': revoked.apiKey }),
    await platform.authorize({ 'x-api-key': rotated.apiKey }),
    await platform.authorize({ 'x-api-key': suspended.apiKey }),
    await platform.authorize({ authorization: `Basic ${key}` }, huggingFace),
    await platform.authorize({ authorization: key }, huggingFace),
    await platform.authorize({ authorization: `Bearer ${key} ${key}` }, huggingFace),
  ];
  expect(refused[0]).toEqual({
    principalId: 'nobody',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: 'Deny', Resource: `${platform.stageArn}/*` }],
    },
    context: {},
  });
  for (const answer of refused) expect(JSON.stringify(answer)).toBe(JSON.stringify(refused[0]));
});

test('only the header that the answer is cached by counts, and only when it came once', async () => {
  const [mine, other] = [await create('mine'), await create('other')];
  const both = { 'x-api-key': mine.apiKey, Authorization: `Bearer ${other.apiKey}` };
  expect((await platform.authorize(both)).context).toMatchObject({ tenant: 'mine' });
  expect((await platform.authorize(both, huggingFace)).context).toMatchObject({ tenant: 'other' });
  expect((await platform.authorize({ Authorization: `Bearer ${other.apiKey}` })).principalId).toBe('nobody');
  expect((await platform.authorize({ 'x-api-key': mine.apiKey }, huggingFace)).principalId).toBe('nobody');
  expect((await platform.authorize({ 'x-api-key': [mine.apiKey, other.apiKey] })).principalId).toBe('nobody');
  expect((await platform.authorize({ 'x-api-key': mine.apiKey, 'X-Api-Key': other.apiKey })).principalId).toBe(
    'nobody',
  );
});

test('junk costs no read, a key refused lately neither, and for a minute only', async () => {
  const { apiKey } = await create('counted');
  platform.restartAuthorizer();
  // The first request of a minute also asks which price book is in force.
  expect(await reads(() => platform.authorize({ 'x-api-key': apiKey }))).toBe(3);
  expect(await reads(() => platform.authorize({ 'x-api-key': apiKey }))).toBe(2);
  for (const junk of ['', 'junk', apiKey.slice(1), apiKey.replace(/.$/, otherDigit)]) {
    expect(await reads(() => platform.authorize({ 'x-api-key': junk }))).toBe(0);
  }
  const unknown = resealed(apiKey, (body) => `maas_test_${'Y'.repeat(10)}${body.slice(20)}`);
  expect(await reads(() => platform.authorize({ 'x-api-key': unknown }))).toBe(1);
  expect(await reads(() => platform.authorize({ 'x-api-key': unknown }))).toBe(0);
  platform.clock.now = new Date(platform.clock.now.getTime() + 60_000);
  expect(await reads(() => platform.authorize({ 'x-api-key': unknown }))).toBe(1);
});

test('a key is noted as used once a minute, and a request passes when it cannot be', async () => {
  const { tenant, keyId, apiKey } = await create('used');
  const lastUsed = async () =>
    (
      await platform.control<{ keys: { lastUsedAt?: string }[] }>('GET', '/tenants/{tenant}/keys', {
        params: { tenant },
      })
    ).json.keys[0]?.lastUsedAt;
  const use = () => platform.authorize({ 'x-api-key': apiKey });
  expect(await lastUsed()).toBeUndefined();
  const minute = () => `${platform.clock.now.toISOString().slice(0, 16)}:00.000Z`;
  platform.clock.now = new Date(`${platform.clock.now.toISOString().slice(0, 16)}:00.001Z`);
  expect(await calls(/^Update/, use)).toBe(1);
  await vi.waitFor(async () => expect(await lastUsed()).toBe(minute()));
  platform.clock.now = new Date(platform.clock.now.getTime() + 59_998);
  expect(await calls(/^Update/, use)).toBe(0);
  platform.clock.now = new Date(platform.clock.now.getTime() + 1);
  expect(await calls(/^Update/, use)).toBe(1);
  await vi.waitFor(async () => expect(await lastUsed()).toBe(minute()));
  platform.clock.now = new Date(platform.clock.now.getTime() + 60_000);
  platform.dynamo.client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'UpdateItemCommand') throw new Error('throttled');
      return next(args);
    },
    { step: 'build', name: 'throttle' },
  );
  expect((await use()).context).toMatchObject({ keyId });
  platform.dynamo.client.middlewareStack.remove('throttle');
});

test('the price book in force is named within a minute of its publication, and known on when it cannot be read', async () => {
  const { apiKey } = await create('priced');
  const priceBook = async () => (await platform.authorize({ 'x-api-key': apiKey })).context?.['priceBook'];
  platform.restartAuthorizer();
  expect(await priceBook()).toBeUndefined();
  const Item = { pk: { S: 'PRICE_BOOKS' }, sk: { S: 'CURRENT' }, version: { S: '2026-11' } };
  await platform.dynamo.client.send(new PutItemCommand({ TableName: 'billing', Item }));
  platform.clock.now = new Date(platform.clock.now.getTime() + 59_999);
  expect(await priceBook()).toBeUndefined();
  platform.clock.now = new Date(platform.clock.now.getTime() + 1);
  expect(await priceBook()).toBe('2026-11');
  platform.dynamo.client.middlewareStack.add(
    (next) => (args) => {
      if ((args.input as { TableName?: string }).TableName === 'billing') throw new Error('throttled');
      return next(args);
    },
    { step: 'build', name: 'throttle' },
  );
  platform.clock.now = new Date(platform.clock.now.getTime() + 60_000);
  expect(await priceBook()).toBe('2026-11');
  platform.restartAuthorizer();
  await expect(priceBook()).rejects.toThrow('throttled');
  platform.dynamo.client.middlewareStack.remove('throttle');
});

test("a key's scopes reach the function, and its models as far as the tenant has them", async () => {
  const { tenant } = await create('narrow');
  const key = (body: object) =>
    platform.control<Created>('POST', '/tenants/{tenant}/keys', { params: { tenant }, body });
  const context = async ({ json }: { json: Created }) =>
    (await platform.authorize({ 'x-api-key': json.apiKey })).context;
  expect(await context(await key({ scopes: ['keys:write'] }))).toMatchObject({ scopes: 'keys:write' });
  expect(await context(await key({ models: ['spam', 'resnet50'] }))).toMatchObject({ models: '["spam","resnet50"]' });
});

test('a guess at the id of a key does not lock its owner out', async () => {
  const { apiKey } = await create('owner');
  const guess = resealed(apiKey, (body) => body.slice(0, 63) + otherDigit(body.slice(63)));
  expect((await platform.authorize({ 'x-api-key': guess })).principalId).toBe('nobody');
  expect((await platform.authorize({ 'x-api-key': apiKey })).principalId).toBe('owner');
});

test('when the tables cannot be asked nobody passes and nobody is refused', async () => {
  const { apiKey } = await create('outage');
  platform.dynamo.client.middlewareStack.add(
    () => () => {
      throw new Error('no route to host');
    },
    { step: 'build', name: 'outage' },
  );
  await expect(platform.authorize({ 'x-api-key': apiKey })).rejects.toThrow('no route to host');
  platform.dynamo.client.middlewareStack.remove('outage');
  expect((await platform.authorize({ 'x-api-key': apiKey })).principalId).toBe('outage');
});

test('a key under a tenant that is still being created opens nothing', async () => {
  const { apiKey } = await create('whole');
  const { client } = platform.dynamo;
  const set = (status: string) =>
    client.send(
      new UpdateItemCommand({
        TableName: 'tenants',
        Key: { tenant: { S: 'whole' } },
        UpdateExpression: 'SET #status = :status',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': { S: status } },
      }),
    );
  await set('creating');
  expect((await platform.authorize({ 'x-api-key': apiKey })).principalId).toBe('nobody');
  await set('active');
  expect((await platform.authorize({ 'x-api-key': apiKey })).principalId).toBe('whole');
});

test('no key ever reaches a log, only ids', async () => {
  const { apiKey, keyId } = await create('quiet');
  await platform.authorize({ 'x-api-key': apiKey });
  await platform.authorize({ 'x-api-key': `${apiKey}x` });
  await platform.authorize({ authorization: `Bearer ${apiKey}` }, huggingFace);
  const logged = platform.logs.join('\n');
  expect(logged).toContain(keyId);
  expect(logged).not.toContain(apiKey.slice(21, 64));
  for (const { value } of platform.gateway.keys.values()) expect(logged).not.toContain(value);
});
