import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { targetModel } from '../../../core/catalog/triton/multi-model-key.ts';
import { repositoryVersion } from '../../../core/catalog/triton/repository-version.ts';
import { toVersionItem } from '../../../core/catalog/version-item.ts';
import type { GpuEndpoints } from '../../../core/engine/sagemaker/gpu-endpoints.ts';
import { doubling } from '../../core/inference/manifests.ts';
import { modelVersion } from '../../core/inference/platform.ts';
import {
  type FakeSageMakerRuntime,
  fakeSageMakerRuntime,
} from '../../fakes/sagemaker-runtime/fake-sagemaker-runtime.ts';
import { fakeTriton } from '../../fakes/sagemaker-runtime/fake-triton.ts';
import { lambdaContext, proxyEvent } from '../proxy-event.ts';
import { type FakeAws, fakeAws } from './fake-aws.ts';

const version = modelVersion({
  manifest: { ...doubling, target: { kind: 'sagemaker', instanceType: 'ml.g5.xlarge', instancesPerGpu: 1 } },
  files: { 'model.onnx': Buffer.from('weights') },
});
const digest = version.files['model.onnx']?.sha256 ?? '';
let aws: FakeAws;
let sagemaker: FakeSageMakerRuntime;

beforeAll(async () => {
  [aws, sagemaker] = await Promise.all([fakeAws(), fakeSageMakerRuntime()]);
  aws.items.set('catalog/MODEL#double/V#00000001', toVersionItem(version, 'any'));
  const pointer = { pk: 'MODELS', sk: 'double', model: 'double', liveVersion: '1', task: 'tensor', description: '' };
  aws.items.set('catalog/MODELS/double', marshall(pointer));
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: aws.url,
    AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: sagemaker.url,
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
    MAAS_STAGE: 'test',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  })) {
    vi.stubEnv(name, value);
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([aws.close(), sagemaker.close()]);
});

async function infer() {
  vi.resetModules();
  const { handler } = await import('../../../functions/predict/handler.ts');
  const request = {
    params: { model: 'double' },
    caller: { tenant: 't-acme', plan: 'pro', keyId: 'k-2' },
    body: { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [21] }] },
  };
  return handler(proxyEvent('POST', '/v2/models/{model}/infer', request), lambdaContext(request));
}

test('a model for a GPU without an endpoint of its own runs on the shared one, which loads its weights by name', async () => {
  const endpoints: GpuEndpoints = { models: {}, multiModel: { endpoint: 'shared', instanceType: 'ml.g5.xlarge' } };
  vi.stubEnv('GPU_ENDPOINTS', JSON.stringify(endpoints));
  const bytes = Buffer.from(Float32Array.of(42).buffer);
  sagemaker.endpoints.set(
    'shared',
    fakeTriton(repositoryVersion(digest), () => [{ name: 'y', datatype: 'FP32', shape: [1, 1], bytes }]),
  );
  const result = await infer();
  expect([result.statusCode, JSON.parse(result.body).outputs[0].data]).toEqual([200, [42]]);
  expect(sagemaker.calls[0]?.headers['x-amzn-sagemaker-target-model']).toBe(targetModel(version.manifest, digest));
  const [, item] = [...aws.items].find(([key]) => key.startsWith('usage/')) ?? [];
  expect(unmarshall(item as Parameters<typeof unmarshall>[0])['event'].data.hardware).toBe('sagemaker-ml.g5.xlarge');
});

test('in a stage without GPUs it is a 503 that says so', async () => {
  vi.stubEnv('GPU_ENDPOINTS', undefined);
  const result = await infer();
  expect([result.statusCode, JSON.parse(result.body).error]).toEqual([
    503,
    "model 'double' runs on a GPU, and no endpoint serves it now; not billed",
  ]);
});
