import { afterAll, beforeAll, expect, test } from 'vitest';
import { SageMakerTrial } from '../../../../core/catalog/gpu/sagemaker-trial.ts';
import type { Manifest } from '../../../../core/catalog/manifest.ts';
import type { ModelVersion } from '../../../../core/catalog/model-version.ts';
import { targetModel } from '../../../../core/catalog/triton/multi-model-key.ts';
import { repositoryVersion } from '../../../../core/catalog/triton/repository-version.ts';
import { SageMakerRuntime } from '../../../../core/engine/sagemaker/sagemaker-runtime.ts';
import {
  type FakeSageMakerRuntime,
  fakeSageMakerRuntime,
  type Outcome,
} from '../../../fakes/sagemaker-runtime/fake-sagemaker-runtime.ts';
import { fakeTriton, tritonAnswer, type WireTensor } from '../../../fakes/sagemaker-runtime/fake-triton.ts';
import { doublingOnGpu } from '../triton/gpu-manifests.ts';

const endpoint = 'maas-dev-multi-model';
const sha256 = 'c0ffee'.padEnd(64, '0');
const weights = repositoryVersion(sha256);

let runtime: FakeSageMakerRuntime;
let trial: SageMakerTrial;
beforeAll(async () => {
  runtime = await fakeSageMakerRuntime();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  trial = new SageMakerTrial(
    new SageMakerRuntime({ region: 'eu-central-1', endpoint: runtime.url, credentials, random: () => 0 }),
  );
});
afterAll(() => runtime.close());

const version = (manifest: Manifest): ModelVersion => ({
  model: manifest.name,
  version: '3',
  state: 'VALIDATING',
  manifest,
  files: { 'model.onnx': { sha256, sizeBytes: 9 } },
  createdAt: '2026-11-22T00:00:00.000Z',
});

/** What a trial says when the endpoint does this. */
function tried(serve: Outcome | ReturnType<typeof fakeTriton>, manifest = doublingOnGpu(), budgetMs = 5000) {
  runtime.endpoints.set(endpoint, typeof serve === 'function' ? serve : () => serve);
  return trial.run(endpoint, version(manifest), budgetMs);
}

const times =
  (factor: number) =>
  ([x]: readonly WireTensor[]): WireTensor[] => {
    const numbers = new Float32Array(Uint8Array.from(x?.bytes ?? []).buffer).map((each) => each * factor);
    return [{ name: 'y', datatype: 'FP32', shape: x?.shape ?? [], bytes: new Uint8Array(numbers.buffer) }];
  };
const modelError = (status: number, error: string): Outcome => ({ status, body: JSON.stringify({ error }) });

test('a model that answers its sample as promised agrees, and was asked for by the name of its archive', async () => {
  expect(await tried(fakeTriton(weights, times(2)))).toEqual({ outcome: 'agreed' });
  expect(runtime.calls.at(-1)).toMatchObject({
    endpoint,
    headers: { 'x-amzn-sagemaker-target-model': targetModel(doublingOnGpu(), sha256) },
  });
});

test('another answer fails with the difference, unless the tolerance covers it', async () => {
  expect(await tried(fakeTriton(weights, times(2.1)))).toEqual({
    outcome: 'failed',
    reason: expect.stringMatching(
      /^on the GPU the model gives another answer to its sample: output 'y', element 0 is 2\.0999\d+ instead of 2 \(tolerance 0\); .* raise the tolerance/,
    ),
  });
  const tolerant = doublingOnGpu({ sample: { ...doublingOnGpu().sample, tolerance: 0.5 } });
  expect(await tried(fakeTriton(weights, times(2.1)), tolerant)).toEqual({ outcome: 'agreed' });
});

test('an answer of other weights fails: what serves is not what was registered', async () => {
  expect(await tried(fakeTriton('7', times(2)))).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining("the weights '7'"),
  });
});

test.each<[string, Outcome]>([
  ['is no inference response', { body: 'OK' }],
  ['lacks an output', tritonAnswer(weights, [])],
])('an answer that %s fails', async (_, outcome) => {
  expect(await tried(outcome)).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('does not describe'),
  });
});

test.each([
  [400, "failed to load 'double', unable to parse config.pbtxt", 'unable to parse config.pbtxt'],
  [507, 'CUDA out of memory', 'CUDA out of memory'],
  [500, 'see /opt/ml/models/3f2/model/double', 'see …'],
  [400, '', 'it gives no reason'],
])('what the model server says with %i is the reason, without paths of its host', async (status, said, words) => {
  const result = await tried(modelError(status, said));
  expect(result).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(words) });
  expect(JSON.stringify(result)).not.toContain('/opt/');
});

test('a model server that ends without a word decides nothing: it may have been the fault of any of its models', async () => {
  expect(await tried({ status: 500, body: '' })).toEqual({
    outcome: 'undecided',
    reason: expect.stringContaining(`the model server of ${endpoint} ended, or gave no answer, while it was tried`),
  });
});

test.each<[string, Outcome]>([
  ['ModelNotReadyException', { error: 'ModelNotReadyException', status: 429 }],
  ['no answer in time', 'silence'],
])('a model that is still being loaded (%s) is undecided, and says to push again', async (_, outcome) => {
  expect(await tried(outcome, doublingOnGpu(), 200)).toEqual({
    outcome: 'undecided',
    reason: `${endpoint} is still loading it; push again in a minute`,
  });
});

test.each<[string, Outcome]>([
  ['ServiceUnavailable', { error: 'ServiceUnavailable', status: 503 }],
  ['ThrottlingException', { error: 'ThrottlingException', status: 400 }],
  ['ConnectionLost', 'hang up'],
])('an endpoint that takes no calls (%s) decides nothing about the model', async (name, outcome) => {
  expect(await tried(outcome)).toEqual({
    outcome: 'undecided',
    reason: `${endpoint} takes no calls now (${name}); push again in a minute`,
  });
});

test('an endpoint that is not there fails with what SageMaker says, without ARNs', async () => {
  expect(await trial.run('gone', version(doublingOnGpu()), 5000)).toEqual({
    outcome: 'failed',
    reason: expect.stringMatching(
      /endpoint gone: .*Endpoint gone of account \d+ not found\.; deploy the stage, then push again$/,
    ),
  });
});

test('no time left is undecided without a call', async () => {
  const calls = runtime.calls.length;
  expect(await tried({ body: '' }, doublingOnGpu(), 0)).toMatchObject({ outcome: 'undecided' });
  expect(runtime.calls).toHaveLength(calls);
});

test('a sample that does not fit, which only a sandbox that was taken over lets pass, fails', async () => {
  const sample = {
    ...doublingOnGpu().sample,
    outputs: [{ name: 'z', datatype: 'FP32' as const, shape: [1], data: [1] }],
  };
  expect(await tried({ body: '' }, doublingOnGpu({ sample }))).toEqual({
    outcome: 'failed',
    reason: "model.json has a sample with 'z' among its outputs, unknown or twice",
  });
});
