import { afterAll, beforeAll, expect, test } from 'vitest';
import { InvokeError } from '../../../../core/engine/sagemaker/invoke-error.ts';
import { SageMakerRuntime } from '../../../../core/engine/sagemaker/sagemaker-runtime.ts';
import {
  type FakeSageMakerRuntime,
  fakeSageMakerRuntime,
  type Outcome,
} from '../../../fakes/sagemaker-runtime/fake-sagemaker-runtime.ts';

let fake: FakeSageMakerRuntime;
let runtime: SageMakerRuntime;
beforeAll(async () => {
  fake = await fakeSageMakerRuntime();
  runtime = new SageMakerRuntime({
    region: 'eu-central-1',
    endpoint: fake.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    random: () => 0,
  });
});
afterAll(() => fake.close());

const invoke = (outcome: Outcome, deadlineMs = 10_000, more = {}) => {
  fake.endpoints.set('an endpoint', () => outcome);
  const invocation = { contentType: 'text/plain', body: [Buffer.from('in')], ...more };
  return runtime.invoke('an endpoint', invocation, { deadlineMs });
};

test('the body and its type go there and come back, signed, with the model that is meant', async () => {
  const answer = await invoke({ contentType: 'text/css', body: 'out' }, 10_000, {
    targetModel: 'a/1.tar.gz',
    inferenceComponent: 'part',
  });
  expect([answer.contentType, Buffer.from(answer.body).toString()]).toEqual(['text/css', 'out']);
  const { headers, body } = fake.calls.at(-1) ?? {};
  expect(body).toEqual(Buffer.from('in'));
  expect(headers).toMatchObject({
    'content-type': 'text/plain',
    'content-length': '2',
    'x-amzn-sagemaker-target-model': 'a/1.tar.gz',
    'x-amzn-sagemaker-inference-component': 'part',
    authorization: expect.stringContaining('x-amzn-sagemaker-inference-component;x-amzn-sagemaker-target-model'),
  });
});

test('nothing is tried again', async () => {
  const before = fake.calls.length;
  await expect(invoke({ error: 'ServiceUnavailable', status: 503 })).rejects.toMatchObject({
    name: 'ServiceUnavailable',
  });
  expect(fake.calls.length - before).toBe(1);
});

test('a ModelError has the container’s status and words', async () => {
  const error = (await invoke({ status: 400, body: '{"error":"no"}' }).catch((thrown) => thrown)) as InvokeError;
  expect(error).toBeInstanceOf(InvokeError);
  expect([error.name, error.status, error.originalStatus, error.originalMessage]).toEqual([
    'ModelError',
    424,
    400,
    '{"error":"no"}',
  ]);
});

test('what a container says too much of is not read, and the log gets little of it', async () => {
  const error = await invoke({ status: 400, body: 'x'.repeat(100_000) }).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ name: 'ModelError', status: 424, originalStatus: undefined });
  expect((error as Error).message.length).toBeLessThan(1200);
});

test('an answer of more than 25 MiB is not taken in', async () => {
  await expect(invoke({ body: Buffer.alloc(25 * 1024 * 1024 + 1) })).rejects.toMatchObject({ name: 'AnswerTooLong' });
});

test('silence ends with the deadline', async () => {
  await expect(invoke('silence', 30.5)).rejects.toMatchObject({ name: 'DeadlineExceeded', status: 0 });
});

test('without time nothing is sent', async () => {
  const before = fake.calls.length;
  await expect(invoke({ body: '' }, 0.9)).rejects.toMatchObject({ name: 'DeadlineExceeded' });
  expect(fake.calls.length).toBe(before);
});

test('a service that is not there is a lost connection', async () => {
  const nowhere = new SageMakerRuntime({
    region: 'eu-central-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    random: () => 0,
  });
  const invocation = { contentType: 'text/plain', body: [Buffer.from('in')] };
  await expect(nowhere.invoke('e', invocation, { deadlineMs: 5000 })).rejects.toMatchObject({ name: 'ConnectionLost' });
});
