import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { artifactKey } from '../../../core/catalog/artifact-key.ts';
import { toVersionItem } from '../../../core/catalog/version-item.ts';
import type { UsageEvent } from '../../../core/metering/usage-event.ts';
import { doublingModel } from '../../core/engine/onnx-file.ts';
import { doubling } from '../../core/inference/manifests.ts';
import { modelVersion } from '../../core/inference/platform.ts';
import { type FakeAws, fakeAws } from './fake-aws.ts';

let aws: FakeAws;
let handler: (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;
const logged: string[] = [];

beforeAll(async () => {
  aws = await fakeAws();
  const file = doublingModel();
  const version = modelVersion({ manifest: doubling, files: { 'model.onnx': file } });
  aws.items.set('catalog/MODEL#double/V#00000001', toVersionItem(version, 'any'));
  const pointer = { pk: 'MODELS', sk: 'double', model: 'double', liveVersion: '1', task: 'tensor', description: '' };
  aws.items.set('catalog/MODELS/double', marshall(pointer));
  aws.objects.set(`artifacts/${artifactKey(version.files['model.onnx']?.sha256 ?? '')}`, file);
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_SESSION_TOKEN: 'test',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
    CATALOG_TABLE: 'catalog',
    USAGE_TABLE: 'usage',
    LIMITS_TABLE: 'limits',
    ROLLUPS_TABLE: 'rollups',
    BILLING_TABLE: 'billing',
    ALERTS_TOPIC: 'arn:aws:sns:eu-central-1:000000000000:alerts',
    PLAN_LIMITS: '{}',
    IDEMPOTENCY_TABLE: 'idempotency',
    SPILLWAY_URL: 'http://127.0.0.1:1/000000000000/spillway',
    ARTIFACTS_BUCKET: 'artifacts',
    ISOLATED_MODELS: '["secret"]',
    MAAS_STAGE: 'test',
    POWERTOOLS_DEV: 'true',
  })) {
    vi.stubEnv(name, value);
  }
  for (const level of ['info', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line: unknown) => void logged.push(String(line)));
  }
  ({ handler } = await import('../../../functions/predict/handler.ts'));
});
afterAll(() => aws.close());
beforeEach(() => {
  logged.length = 0;
  aws.calls.length = 0;
});

const call = (event: Partial<APIGatewayProxyEvent>): Promise<APIGatewayProxyResult> =>
  handler(
    {
      httpMethod: 'POST',
      resource: '/v2/models/{model}/infer',
      pathParameters: { model: 'double' },
      queryStringParameters: null,
      headers: {},
      body: null,
      isBase64Encoded: true,
      ...event,
      requestContext: {
        requestId: 'request-7',
        extendedRequestId: 'extended-7',
        identity: {},
        authorizer: { tenant: 't-acme', plan: 'pro', keyId: 'k-2', scopes: 'infer' },
      },
    } as unknown as APIGatewayProxyEvent,
    { getRemainingTimeInMillis: () => 29_000 } as Context,
  );
const body = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
const inputs = [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [21] }];

test('an inference goes from the gateway’s event through catalogue, bucket, model and journal', async () => {
  const result = await call({ body: body({ inputs }) });
  expect(result.statusCode).toBe(200);
  expect(JSON.parse(result.body).outputs[0].data).toEqual([42]);
  expect(result.headers?.['x-request-id']).toBe('request-7');
  // The live version and what it is; its weights, and meanwhile the tenant's limits; the use.
  expect(aws.calls.slice(0, 2)).toEqual(['GetItem', 'GetItem']);
  expect(aws.calls.slice(2, 4).sort()).toEqual(['GetItem', 'GetObject']);
  expect(aws.calls.slice(4)).toEqual(['PutItem']);

  const [key, item] = [...aws.items].find(([each]) => each.startsWith('usage/')) ?? [];
  const { event } = unmarshall(item as Parameters<typeof unmarshall>[0]) as { event: UsageEvent };
  expect(key).toContain('T#t-acme#');
  expect(event).toMatchObject({
    id: result.headers?.['x-usage-event-id'],
    source: 'maas/eu-central-1/test',
    subject: 't-acme',
    data: { requestId: 'request-7', extendedRequestId: 'extended-7' },
  });
  expect(event.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
});

test('the next one of a tenant without limits asks the journal only', async () => {
  await call({ body: body({ inputs }) });
  expect(aws.calls).toEqual(['PutItem']);
});

test('each request is one line of log that tells of no payload', async () => {
  await call({ body: body({ id: 'canary', inputs }) });
  await call({ body: body({ id: 'canary', inputs: [{ ...inputs[0], name: 'canary' }] }) });
  expect(logged).toHaveLength(2);
  expect(JSON.parse(logged[0] ?? '')).toMatchObject({
    requestId: 'request-7',
    extendedRequestId: 'extended-7',
    tenant: 't-acme',
    model: 'double',
    status: 200,
  });
  expect(logged.join()).not.toContain('canary');
});

test('binary answers travel as base64', async () => {
  const result = await call({ body: body({ inputs, parameters: { binary_data_output: true } }) });
  expect(result.isBase64Encoded).toBe(true);
  const bytes = Buffer.from(result.body, 'base64');
  const header = Number(result.headers?.['Inference-Header-Content-Length']);
  expect(bytes.subarray(header)).toEqual(Buffer.from(Float32Array.of(42).buffer));
});

test('a refusal is in the family’s shape and leaves the journal alone', async () => {
  const result = await call({ body: body({ inputs: [] }) });
  expect(result.statusCode).toBe(400);
  expect(JSON.parse(result.body)).toEqual({ error: expect.stringContaining("missing required input 'x'") });
  expect(aws.calls).toEqual([]);
});

test('no spelling of a name leads to a model that another function serves, should the gateway undo it or not', async () => {
  const refusal = async (model: string) => {
    const { statusCode, body } = await call({ pathParameters: { model }, body: '' });
    return [statusCode, JSON.parse(body).error];
  };
  expect(await refusal('%73ecret')).toEqual([404, "Request for unknown model: '%73ecret' is not found"]);
  expect(await refusal('secret')).toEqual([404, expect.stringContaining('secret is served under its plain name only')]);
});

test('an artifact that is not the registered one never runs, and the client learns no more than a request id', async () => {
  const version = modelVersion({
    manifest: { ...doubling, name: 'forged' },
    files: { 'model.onnx': Buffer.from('other') },
  });
  aws.items.set('catalog/MODEL#forged/V#00000001', toVersionItem(version, 'any'));
  const pointer = { pk: 'MODELS', sk: 'forged', model: 'forged', liveVersion: '1', task: 'tensor', description: '' };
  aws.items.set('catalog/MODELS/forged', marshall(pointer));
  aws.objects.set(`artifacts/${artifactKey(version.files['model.onnx']?.sha256 ?? '')}`, Buffer.from('forge'));
  const result = await call({ pathParameters: { model: 'forged' }, body: body({ inputs }) });
  expect(result.statusCode).toBe(500);
  expect(JSON.parse(result.body).error).toBe('internal error; quote request id request-7 when you report it');
  expect(logged.some((line) => line.includes('has the digest'))).toBe(true);
});
