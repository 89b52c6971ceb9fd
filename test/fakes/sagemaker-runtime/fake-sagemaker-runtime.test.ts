import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeSageMakerRuntime, fakeSageMakerRuntime, type Outcome } from './fake-sagemaker-runtime.ts';

let runtime: FakeSageMakerRuntime;
let client: SageMakerRuntimeClient;
beforeAll(async () => {
  runtime = await fakeSageMakerRuntime();
  client = new SageMakerRuntimeClient({
    endpoint: runtime.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await runtime.close();
});

const invoke = (outcome: Outcome, endpoint = 'e') => {
  runtime.endpoints.set('e', () => outcome);
  const input = {
    EndpointName: endpoint,
    Body: Buffer.from('in'),
    ContentType: 'text/plain',
    TargetModel: 'a/1.tar.gz',
  };
  return client.send(new InvokeEndpointCommand(input));
};

test('the SDK reads a success as SageMaker’s', async () => {
  const answer = await invoke({ contentType: 'text/css', body: 'out' });
  expect([answer.Body.transformToString(), answer.ContentType, answer.InvokedProductionVariant]).toEqual([
    'out',
    'text/css',
    'AllTraffic',
  ]);
  expect(runtime.calls.at(-1)).toMatchObject({
    endpoint: 'e',
    headers: { 'content-type': 'text/plain', 'x-amzn-sagemaker-target-model': 'a/1.tar.gz' },
    body: Buffer.from('in'),
  });
});

test('the SDK reads a container’s error as a ModelError with the container’s own status and words', async () => {
  await expect(invoke({ status: 400, body: '{"error":"no"}' })).rejects.toMatchObject({
    name: 'ModelError',
    OriginalStatusCode: 400,
    OriginalMessage: '{"error":"no"}',
    LogStreamArn: expect.stringContaining('/aws/sagemaker/Endpoints/e'),
    $metadata: { httpStatusCode: 424 },
  });
});

test.each([
  ['ModelNotReadyException', 429],
  ['ThrottlingException', 400],
  ['ServiceUnavailable', 503],
  ['InternalFailure', 500],
  ['InternalDependencyException', 530],
])('the SDK reads %s as such', async (error, status) => {
  await expect(invoke({ error, status })).rejects.toMatchObject({ name: error, $metadata: { httpStatusCode: status } });
});

test('an unknown endpoint is a ValidationError that names it', async () => {
  await expect(invoke({ body: '' }, 'other')).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Endpoint other of account 000000000000 not found.',
  });
});

test('a request that is not signed, or whose body is not the signed one, is refused', async () => {
  const url = `${runtime.url}/endpoints/e/invocations`;
  const authorization =
    'AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/sagemaker/aws4_request, SignedHeaders=host';
  const forged = { authorization, 'x-amz-content-sha256': 'a'.repeat(64) };
  for (const headers of [{}, forged]) {
    expect((await fetch(url, { method: 'POST', headers, body: 'in' })).status).toBe(403);
  }
});

test.each(['hang up', 'cut off'] as const)('%s is an error of the connection', async (outcome) => {
  await expect(invoke(outcome)).rejects.toMatchObject({ code: 'ECONNRESET' });
});
