import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Manifest, manifestSchema } from '../../core/catalog/manifest.ts';
import { imageToTensor } from '../../core/task/image-classification/image-to-tensor.ts';
import { MaasProcess } from './maas-process.ts';

/** The platform with `MAAS_GPU=1`: both models for GPUs behind emulated SageMaker endpoints. */
let maas: MaasProcess;
let data: string;

beforeAll(async () => {
  data = await mkdtemp(resolve('.build/system-gpu-'));
  maas = await MaasProcess.start(data, { MAAS_GPU: '1' });
}, 120_000);
afterAll(async () => {
  await maas?.end();
  rmSync(data, { recursive: true, force: true });
});

const manifestOf = (model: string): Manifest =>
  manifestSchema.parse(JSON.parse(readFileSync(`models/${model}/model.json`, 'utf8')));
const usage = async (): Promise<number> =>
  (await maas.json<{ totals: { requests: number } }>('usage', 'demo')).totals.requests;

/** What the model gives on this machine's CPU, without any platform around it. */
async function onCpu(model: string, values: Float32Array, shape: readonly number[]): Promise<Float32Array> {
  const { inputs, outputs, artifact } = manifestOf(model);
  const session = await InferenceSession.create(`models/${model}/${artifact}`, { intraOpNumThreads: 1 });
  const results = await session.run({ [inputs[0]?.name ?? '']: new Tensor('float32', values, shape) });
  await session.release();
  return results[outputs[0]?.name ?? '']?.data as Float32Array;
}

/** Numbers from -1 up to 1 that look like nothing. */
function noise(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** An Open Inference request for one FP32 input, in binary both ways. */
function binaryRequest(model: string, values: Float32Array, shape: readonly number[]): Promise<Response> {
  const { inputs, outputs } = manifestOf(model);
  const header = Buffer.from(
    JSON.stringify({
      id: 'call-1',
      inputs: [{ name: inputs[0]?.name, datatype: 'FP32', shape, parameters: { binary_data_size: values.byteLength } }],
      outputs: [{ name: outputs[0]?.name, parameters: { binary_data: true } }],
    }),
  );
  return fetch(`${maas.demo.url}/v2/models/${model}/infer`, {
    method: 'POST',
    headers: {
      'x-api-key': maas.demo.apiKey,
      'inference-header-content-length': String(header.length),
      'content-type': 'application/octet-stream',
    },
    body: Buffer.concat([header, Buffer.from(values.buffer)]),
  });
}

/** The header and the values of a binary answer with one FP32 output. */
async function readBinary(response: Response): Promise<{ header: Record<string, unknown>; values: Float32Array }> {
  const body = new Uint8Array(await response.arrayBuffer());
  const length = Number(response.headers.get('inference-header-content-length'));
  return {
    header: JSON.parse(Buffer.from(body.subarray(0, length)).toString()) as Record<string, unknown>,
    values: new Float32Array(body.slice(length).buffer),
  };
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, index) => Math.abs(value - (b[index] ?? Number.NaN))));

test.each(['moderation', 'resnet50'])(
  '%s behind its endpoint answers a binary tensor as it does on the CPU',
  async (model) => {
    const { inputs } = manifestOf(model);
    const shape = inputs[0]?.shape.map((dimension) => (dimension === -1 ? 2 : dimension)) ?? [];
    const values = noise(
      shape.reduce((product, dimension) => product * dimension, 1),
      7,
    );
    const response = await binaryRequest(model, values, shape);
    expect(response.status).toBe(200);
    const { header, values: answered } = await readBinary(response);
    expect(header).toMatchObject({ id: 'call-1', model_name: model, model_version: '1' });
    const expected = await onCpu(model, values, shape);
    expect(answered).toHaveLength(expected.length);
    expect(largestDifference(answered, expected)).toBeLessThan(1e-4);
  },
);

test('a JPEG is classified behind the endpoint as on the CPU, by the same preprocessing', async () => {
  const manifest = manifestOf('moderation');
  const [input] = manifest.inputs;
  const name = readdirSync('models/moderation/sample').find((file) => file.endsWith('.jpg')) ?? '';
  const picture = readFileSync(join('models/moderation/sample', name));
  const response = await fetch(`${maas.demo.url}/models/moderation`, {
    method: 'POST',
    headers: { authorization: `Bearer ${maas.demo.apiKey}`, 'content-type': 'image/jpeg' },
    body: picture,
  });
  expect(response.status).toBe(200);
  const scores = (await response.json()) as { label: string; score: number }[];
  if (input === undefined || manifest.preprocessing?.kind !== 'image') throw new Error('moderation takes pictures');
  const tensor = await imageToTensor(picture, input, manifest.preprocessing);
  const expected = await onCpu('moderation', tensor.data as Float32Array, tensor.shape);
  const byLabel = new Map(scores.map(({ label, score }) => [label, score]));
  const answered = manifest.labels?.map((label) => byLabel.get(label) ?? Number.NaN) ?? [];
  expect(answered).toHaveLength(5);
  expect(largestDifference(answered, expected)).toBeLessThan(1e-4);
});

test('metadata, readiness and errors of a model on a GPU are those of any other', async () => {
  const headers = { 'x-api-key': maas.demo.apiKey };
  const metadata = await fetch(`${maas.demo.url}/v2/models/resnet50`, { headers });
  expect(await metadata.json()).toMatchObject({ name: 'resnet50', versions: ['1'] });
  expect((await fetch(`${maas.demo.url}/v2/models/resnet50/ready`, { headers })).status).toBe(200);
  const wrong = await binaryRequest('resnet50', noise(8, 1), [1, 8]);
  expect(wrong.status).toBe(400);
  expect(await wrong.json()).toEqual({ error: expect.stringContaining('unexpected shape') });
  const unknown = await binaryRequest('resnet50', noise(8, 1), [-1]);
  expect(unknown.status).toBe(400);
  const stranger = await fetch(`${maas.demo.url}/v2/models/resnet50/infer`, { method: 'POST', body: '{}' });
  expect(stranger.status).toBe(401);
});

test('a percent-encoded name is that of no model, as it is where no GPU is needed', async () => {
  const headers = { 'x-api-key': maas.demo.apiKey };
  for (const name of ['resne%7450', 'linear%2D2x']) {
    for (const path of ['', '/ready', '/versions/1/ready']) {
      const response = await fetch(`${maas.demo.url}/v2/models/${name}${path}`, { headers });
      expect([name, path, response.status]).toEqual([name, path, 404]);
      expect(await response.json()).toEqual({ error: expect.stringContaining(`unknown model: '${name}'`) });
    }
    const infer = await fetch(`${maas.demo.url}/v2/models/${name}/infer`, { method: 'POST', headers, body: '{}' });
    expect([name, infer.status]).toEqual([name, 404]);
  }
});

test('each success counts once, a refusal does not', async () => {
  const before = await usage();
  const response = await binaryRequest('moderation', noise(224 * 224 * 3, 3), inputShape('moderation'));
  expect(response.status).toBe(200);
  expect(response.headers.get('x-usage-event-id')).toBeTruthy();
  expect((await binaryRequest('moderation', noise(8, 1), [1, 8])).status).toBe(400);
  expect(await usage()).toBe(before + 1);
});

const inputShape = (model: string): readonly number[] =>
  manifestOf(model).inputs[0]?.shape.map((dimension) => Math.abs(dimension)) ?? [];

test('the model server is killed in the middle of 200 requests: 503 with Retry-After, none billed, and it comes back', async () => {
  const before = await usage();
  const shape = inputShape('moderation');
  const values = noise(224 * 224 * 3, 5);
  const seen: { status: number; retryAfter: string | null }[] = [];
  let sent = 0;
  const client = async (): Promise<void> => {
    while (sent < 200) {
      sent += 1;
      if (sent === 60) for (const pid of modelServers('moderation')) process.kill(pid, 'SIGKILL');
      const response = await binaryRequest('moderation', values, shape);
      await response.arrayBuffer();
      seen.push({ status: response.status, retryAfter: response.headers.get('retry-after') });
      // As a client would that reads Retry-After, so that the requests outlast the restart.
      if (response.status === 503) await new Promise((later) => setTimeout(later, 50));
    }
  };
  await Promise.all(Array.from({ length: 4 }, client));
  const failed = seen.filter(({ status }) => status !== 200);
  expect(failed.length).toBeGreaterThan(0);
  for (const failure of failed) expect(failure).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
  await expect
    .poll(async () => (await binaryRequest('moderation', values, shape)).status, { timeout: 20_000, interval: 200 })
    .toBe(200);
  // The polls that succeeded count too; the one that ended the wait is the only one.
  expect(await usage()).toBe(before + seen.length - failed.length + 1);
}, 120_000);

/** Process ids of the model servers that were given this model, found by their working data. */
function modelServers(model: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        return environment.includes(`SAGEMAKER_TRITON_DEFAULT_MODEL_NAME=${model}\0`) && environment.includes(data);
      } catch {
        return false; // It ended meanwhile.
      }
    });
}

test('models show tells where a model on a GPU is served', async () => {
  const { endpoint } = await maas.json<{ endpoint: unknown }>('models', 'show', 'resnet50');
  expect(endpoint).toMatchObject({ name: 'maas-dev-model-resnet50', status: 'InService' });
  expect(await maas.maas('models', 'show', 'resnet50')).toContain('endpoint maas-dev-model-resnet50 is InService');
});
