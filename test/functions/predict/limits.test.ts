import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { artifactKey } from '../../../core/catalog/artifact-key.ts';
import { toVersionItem } from '../../../core/catalog/version-item.ts';
import { DynamoDBMonths } from '../../../core/limits/dynamodb-months.ts';
import { monthOf } from '../../../core/limits/month.ts';
import { doublingModel } from '../../core/engine/onnx-file.ts';
import { doubling } from '../../core/inference/manifests.ts';
import { modelVersion } from '../../core/inference/platform.ts';
import { startDynamoDB, type TestDynamoDB } from '../../core/storage/dynamodb.ts';
import { lambdaContext, proxyEvent } from '../proxy-event.ts';
import { type FakeAws, fakeAws } from './fake-aws.ts';

const file = doublingModel();
const version = modelVersion({ manifest: doubling, files: { 'model.onnx': file } });
let dynamo: TestDynamoDB;
let s3: FakeAws;

beforeAll(async () => {
  [dynamo, s3] = await Promise.all([startDynamoDB(), fakeAws()]);
  s3.objects.set(`artifacts/${artifactKey(version.files['model.onnx']?.sha256 ?? '')}`, file);
  const put = (Item: Record<string, unknown>) => dynamo.client.putItem({ TableName: 'catalog', Item: marshall(Item) });
  await dynamo.client.putItem({ TableName: 'catalog', Item: toVersionItem(version, 'any') });
  await put({ pk: 'MODELS', sk: 'double', model: 'double', liveVersion: '1', task: 'tensor', description: '' });
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SESSION_TOKEN: 'test',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
    CATALOG_TABLE: 'catalog',
    USAGE_TABLE: 'usage',
    IDEMPOTENCY_TABLE: 'idempotency',
    SPILLWAY_URL: 'http://127.0.0.1:1/000000000000/spillway',
    LIMITS_TABLE: 'limits',
    ROLLUPS_TABLE: 'rollups',
    BILLING_TABLE: 'billing',
    ALERTS_TOPIC: 'arn:aws:sns:eu-central-1:000000000000:alerts',
    PLAN_LIMITS: JSON.stringify({
      small: { perMonth: { items: 5 } },
      large: { perMonth: { items: 100_000 } },
      full: { perMonth: { items: 20_000 } },
      slow: { perMinute: { items: 4 } },
      none: {},
    }),
    ARTIFACTS_BUCKET: 'artifacts',
    MAAS_STAGE: 'test',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  })) {
    vi.stubEnv(name, value);
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([dynamo.stop(), s3.close()]);
});

/** A process of its own: what it remembers, no other one knows. */
async function freshProcess() {
  vi.resetModules();
  const { handler } = await import('../../../functions/predict/handler.ts');
  return async (
    tenant: string,
    plan: string,
    rows = 1,
    data: unknown = Array.from({ length: rows }, () => 21),
    sent: Readonly<Record<string, string>> = {},
  ) => {
    const request = {
      headers: sent,
      params: { model: 'double' },
      caller: { tenant, plan, keyId: 'k-2' },
      body: { inputs: [{ name: 'x', datatype: 'FP32', shape: [rows, 1], data }] },
    };
    const { statusCode, headers, body } = await handler(
      proxyEvent('POST', '/v2/models/{model}/infer', request),
      lambdaContext(request),
    );
    return { status: statusCode, headers: headers ?? {}, json: JSON.parse(body) as Record<string, unknown> };
  };
}

const used = async (tenant: string): Promise<number | undefined> =>
  (await new DynamoDBMonths(dynamo.client, 'limits', () => 0).read(tenant, monthOf(new Date())))?.used.items;

test('a quota holds over processes, says how much is left, and then refuses by name without billing', async () => {
  const [one, other] = [await freshProcess(), await freshProcess()];
  const first = await one('t-quota', 'small', 2);
  expect(first.status).toBe(200);
  expect(first.headers['ratelimit-policy']).toMatch(/^"items-per-month";q=5;qu="items";w=\d{7}$/);
  expect(first.headers['ratelimit']).toMatch(/^"items-per-month";r=3;t=\d+$/);
  expect((await other('t-quota', 'small', 2)).headers['ratelimit']).toMatch(/;r=1;/);
  const refused = await one('t-quota', 'small', 2);
  expect(refused).toMatchObject({
    status: 429,
    json: {
      type: 'urn:maas:problem:items-per-month-exceeded',
      error: expect.stringMatching(
        /^the limit is 5 items a month, and 4 are used; this request has 2\. It is renewed at /,
      ),
    },
  });
  expect(refused.headers['ratelimit']).toBe(`"items-per-month";r=1;t=${refused.headers['retry-after']}`);
  expect(refused.headers['x-usage-event-id']).toBeUndefined();
  expect((await other('t-quota', 'small')).status).toBe(200);
  expect(await used('t-quota')).toBe(5);
  const { Count } = await dynamo.client.scan({
    TableName: 'usage',
    FilterExpression: 'begins_with(pk, :tenant)',
    ExpressionAttributeValues: { ':tenant': { S: 'T#t-quota#' } },
  });
  expect(Count).toBe(3);
});

test('requests that are refused or fail consume nothing', async () => {
  const infer = await freshProcess();
  expect((await infer('t-fails', 'small', 1, ['no number'])).status).toBe(400);
  expect(await used('t-fails')).toBeUndefined();
  s3.objects.clear();
  const broken = await freshProcess();
  expect((await broken('t-fails', 'small')).status).toBeGreaterThanOrEqual(500);
  expect(await used('t-fails')).toBe(0);
  s3.objects.set(`artifacts/${artifactKey(version.files['model.onnx']?.sha256 ?? '')}`, file);
});

test('a request that is repeated with its Idempotency-Key is counted once, whether its answer was kept or not', async () => {
  const infer = await freshProcess();
  // The answer of so many rows is too long to keep, so that the model runs again.
  for (const [key, rows] of [
    ['short', 3],
    ['long', 20_000],
  ] as const) {
    const answers = [];
    for (let time = 0; time < 2; time++) {
      answers.push(await infer('t-repeats', 'large', rows, undefined, { 'Idempotency-Key': key }));
    }
    expect(answers.map(({ status, headers }) => [status, headers['idempotency-replayed']])).toEqual([
      [200, undefined],
      [200, 'true'],
    ]);
  }
  expect(await used('t-repeats')).toBe(20_003);
});

test('a repeat of what was billed gets its answer though the quota is used up, and what is new does not', async () => {
  const infer = await freshProcess();
  // Too long an answer to keep.
  const send = (key: string, rows: number) => infer('t-full', 'full', rows, undefined, { 'Idempotency-Key': key });
  expect((await send('one', 20_000)).status).toBe(200);
  expect((await send('two', 1)).status).toBe(429);
  const repeated = await send('one', 20_000);
  expect([repeated.status, repeated.headers['idempotency-replayed']]).toEqual([200, 'true']);
  expect((await send('two', 1)).status).toBe(429);
  expect(await used('t-full')).toBe(20_000);
});

test('a quota begins with what was used of the month before there was one', async () => {
  const infer = await freshProcess();
  expect((await infer('t-moved', 'none', 4)).headers['ratelimit']).toBeUndefined();
  expect((await infer('t-moved', 'small', 2)).status).toBe(429);
  expect((await infer('t-moved', 'small', 1)).headers['ratelimit']).toMatch(/;r=0;/);
});

test('a rate refuses for seconds, and what never fits for good', async () => {
  const infer = await freshProcess();
  expect((await infer('t-rate', 'slow', 3)).headers['ratelimit']).toMatch(/^"items-per-minute";r=1;t=\d+$/);
  const refused = await infer('t-rate', 'slow', 3);
  expect([refused.status, refused.json['type']]).toEqual([429, 'urn:maas:problem:items-per-minute-exceeded']);
  const wait = Number(refused.headers['retry-after']);
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(30);
  expect(await infer('t-rate', 'slow', 5)).toMatchObject({
    status: 413,
    json: { error: 'this request has 5 items, and the limit is 4 a minute; send fewer at once' },
  });
});
