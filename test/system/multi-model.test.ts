import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pushModel } from '../../cli/push-model.ts';
import { synthesize } from '../../cli/synthesize.ts';
import { AlteredAssembly } from './altered-assembly.ts';
import { copyForGpu } from './copy-for-gpu.ts';
import { type OperatedCloud, startCloudWithOperator } from './start-cloud-with-operator.ts';
import { writeLinearModel } from './write-linear-model.ts';

/**
 * Models that are registered while the platform runs and share one GPU endpoint, whose memory holds about four of the small ones:
 * a thread counts 4 MiB.
 */
const artifactBytesMax = 18_000_000;

const folder = mkdtempSync(resolve('.build/system-multi-model-'));
const models = join(folder, 'models');
const data = join(folder, 'data');
let cloud: OperatedCloud;
let apiKey: string;
/** Usage events that answers named. */
const billed = new Set<string>();

beforeAll(async () => {
  const none = join(folder, 'none');
  mkdirSync(none);
  const out = await synthesize(join(folder, 'cdk.out'), { gpu: true, models: none, onStep: () => undefined });
  const assembly = new AlteredAssembly(join(out, 'assembly-dev'), 'assembly-altered');
  assembly.setContainerVariable(/gpumultimodel/, 'MODEL_ARTIFACT_BYTES_MAX', String(artifactBytesMax));
  cloud = await startCloudWithOperator({ assembly: assembly.folder, data });
  const tenant = { name: 'crowd', plan: 'enterprise' };
  ({ apiKey } = await cloud.client.call<{ apiKey: string }>('POST', '/tenants', { body: tenant }));
}, 120_000);
afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function post(path: string, headers: Record<string, string>, body: string | Uint8Array<ArrayBuffer>) {
  const response = await fetch(`${cloud.url}${path}`, {
    method: 'POST',
    headers,
    body,
    // What takes longer hangs: a function has 29 s.
    signal: AbortSignal.timeout(20_000),
  });
  const event = response.headers.get('x-usage-event-id');
  expect(event !== null, `${path} answered ${response.status}`).toBe(response.status === 200);
  if (event !== null) billed.add(event);
  return response;
}
const infer = (model: string, values: readonly number[], version?: string): Promise<Response> =>
  post(
    `/v2/models/${model}${version === undefined ? '' : `/versions/${version}`}/infer`,
    { 'x-api-key': apiKey },
    JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [values.length, 1], data: values }] }),
  );
/** What the model makes of the values, and the version that did. */
async function answer(model: string, values: readonly number[], version?: string) {
  const response = await infer(model, values, version);
  expect(response.status, `${model}: ${response.statusText}`).toBe(200);
  const json = (await response.json()) as { model_version: string; outputs: [{ data: number[] }] };
  return { version: json.model_version, values: json.outputs[0].data };
}
const push = (name: string, factor: number, batching?: { rowsMax: number; delayUs: number }) =>
  pushModel(
    cloud.client,
    writeLinearModel(models, { name, factor, ...(batching === undefined ? {} : { batching }) }),
    () => undefined,
  );

test('a model that is pushed serves at once, in JSON and binary, and is shown with its endpoint', async () => {
  const pushed = await cloud.maas('models', 'push', writeLinearModel(models, { name: 'triple', factor: 3 }));
  expect(pushed).toContain('triple version 1 is READY and live');
  expect(await answer('triple', [1, -2.5])).toEqual({ version: '1', values: [3, -7.5] });

  const values = Buffer.from(Float32Array.of(4, 5).buffer);
  const header = JSON.stringify({
    id: 'a',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [2, 1], parameters: { binary_data_size: 8 } }],
    outputs: [{ name: 'y', parameters: { binary_data: true } }],
  });
  const lengths = { 'x-api-key': apiKey, 'inference-header-content-length': String(header.length) };
  const binary = await post('/v2/models/triple/infer', lengths, Buffer.concat([Buffer.from(header), values]));
  const bytes = Buffer.from(await binary.arrayBuffer());
  const json = Number(binary.headers.get('inference-header-content-length'));
  expect(JSON.parse(bytes.toString('utf8', 0, json))).toMatchObject({ id: 'a', model_name: 'triple' });
  expect([bytes.readFloatLE(json), bytes.readFloatLE(json + 4)]).toEqual([12, 15]);

  const raw = await post(
    '/v2/models/triple/infer',
    { ...lengths, 'inference-header-content-length': '0' },
    Buffer.from(Float32Array.of(7).buffer),
  );
  expect(
    Buffer.from(await raw.arrayBuffer()).readFloatLE(Number(raw.headers.get('inference-header-content-length'))),
  ).toBe(21);

  expect(await cloud.maas('models', 'show', 'triple')).toMatch(
    /1 +yes +READY[\s\S]*endpoint maas-dev-multi-model is InService/,
  );
});

test('another version with other weights goes live, and each that is asked for by number answers as itself', async () => {
  await push('growing', 2);
  expect(await answer('growing', [1])).toEqual({ version: '1', values: [2] });
  expect(await push('growing', 5)).toMatchObject({ version: '2', live: true });
  // The catalogue may be three seconds old; until then the version before answers, and says so.
  await expect.poll(() => answer('growing', [1]), { timeout: 10_000 }).toEqual({ version: '2', values: [5] });
  expect(await answer('growing', [1], '1')).toEqual({ version: '1', values: [2] });
  expect(await answer('growing', [1], '2')).toEqual({ version: '2', values: [5] });
  const unknown = await infer('growing', [1], '7');
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toEqual({ error: "Request for unknown model: 'growing' version '7' is not found" });
});

test('texts and pictures are classified behind the shared endpoint as by the same model on a CPU', async () => {
  const bearer = { authorization: `Bearer ${apiKey}` };
  const pairs = [
    {
      of: 'spam',
      name: 'junk',
      batching: { rowsMax: 8, delayUs: 500 },
      file: 'spam/sample/spam.json',
      type: 'application/json',
    },
    { of: 'fashion', name: 'clothes', file: 'fashion/sample/bag.png', type: 'image/png' },
  ];
  for (const { file, type, ...copy } of pairs) {
    await pushModel(cloud.client, `models/${copy.of}`, () => undefined);
    await pushModel(cloud.client, copyForGpu(models, copy), () => undefined);
    const body = Buffer.from(readFileSync(join('models', file)));
    const answers = [];
    for (const model of [copy.of, copy.name]) {
      const response = await post(`/models/${model}`, { ...bearer, 'content-type': type }, body);
      expect(response.status).toBe(200);
      answers.push(((await response.json()) as { label: string; score: number }[]).flat());
    }
    const [onCpu = [], onGpu = []] = answers;
    expect(onGpu.map(({ label }) => label)).toEqual(onCpu.map(({ label }) => label));
    for (const [index, { score }] of onGpu.entries()) expect(score).toBeCloseTo(onCpu[index]?.score ?? -1, 4);
  }
});

test('requests that come together each get their own rows, and too many rows at once are refused', async () => {
  await push('batched', 4, { rowsMax: 8, delayUs: 2000 });
  const inputs = Array.from({ length: 16 }, (_, index) =>
    Array.from({ length: (index % 3) + 1 }, (_, row) => index + row),
  );
  const answers = await Promise.all(inputs.map((values) => answer('batched', values)));
  expect(answers.map(({ values }) => values)).toEqual(inputs.map((values) => values.map((value) => value * 4)));
  const tooMany = await infer(
    'batched',
    Array.from({ length: 9 }, () => 1),
  );
  expect(tooMany.status).toBe(400);
  expect(await tooMany.json()).toEqual({ error: "input 'x' has 9 rows, but model 'batched' takes 1 to 8 a call" });
});

test('twenty models share a memory for four: each is loaded when it is asked for, and answers as itself', async () => {
  const factors = Array.from({ length: 20 }, (_, index) => index + 1);
  for (const factor of factors) await push(`of-${factor}`, factor);
  const inTurn = async (): Promise<void> => {
    for (const factor of factors) expect((await answer(`of-${factor}`, [10])).values).toEqual([10 * factor]);
  };
  await inTurn();
  await inTurn();
  const atOnce = await Promise.all(factors.slice(0, 12).map((factor) => answer(`of-${factor}`, [factor])));
  expect(atOnce.map(({ values }) => values[0])).toEqual(factors.slice(0, 12).map((factor) => factor * factor));
  const log = readFileSync(join(data, 'logs', 'aws-sagemaker-Endpoints-maas-dev-multi-model.log'), 'utf8');
  expect(log.match(/successfully unloaded/g)?.length).toBeGreaterThan(20);
});

test('a model that is larger than the memory fails its check and says so; the others go on', async () => {
  const name = 'too-many';
  const source = writeLinearModel(models, { name, factor: 2, instancesPerGpu: 5 });
  await expect(pushModel(cloud.client, source, () => undefined)).rejects.toThrow(/FAILED: .*out of memory/);
  expect((await infer(name, [1])).status).toBe(404);
  expect((await answer('of-1', [1])).values).toEqual([1]);
});

test('the server is killed while models load: what was to come is 503 with Retry-After, and all are soon served again', async () => {
  const asked = Array.from({ length: 12 }, (_, index) => `of-${index + 1}`);
  const answers = asked.map((model) => infer(model, [1]));
  const [server] = servers();
  // One model is loaded after the other.
  await Promise.race(answers);
  if (server !== undefined) process.kill(server, 'SIGKILL');
  expect(server).toBeDefined();
  const failures = (await Promise.all(answers)).filter(({ status }) => status !== 200);
  expect(failures.length).toBeGreaterThan(0);
  for (const { status, headers } of failures) {
    expect([429, 503]).toContain(status);
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
  }
  await expect.poll(async () => (await infer('of-1', [1])).status, { timeout: 20_000, interval: 100 }).toBe(200);
  for (const [index, model] of asked.entries()) expect((await answer(model, [1])).values).toEqual([index + 1]);
});

test('models are pushed at the same time, and while others load', async () => {
  const [left, right] = await Promise.all([
    push('left', 31),
    push('right', 32),
    ...[15, 16, 17, 18].map((factor) => answer(`of-${factor}`, [1])),
  ]);
  expect([left, right]).toMatchObject([{ state: 'READY' }, { state: 'READY' }]);
  expect((await answer('left', [1])).values).toEqual([31]);
  expect((await answer('right', [1])).values).toEqual([32]);
});

test('the journal has one event for each answer, with its weights and hardware, and none for anything else', async () => {
  const events = await cloud.journal();
  expect(events.map(({ id }) => id).sort()).toEqual([...billed].sort());
  const clothes = events.find(({ data: { model } }) => model === 'clothes');
  expect(clothes).toMatchObject({
    subject: 'crowd',
    data: {
      modelVersion: '1',
      artifact: createHash('sha256').update(readFileSync('models/fashion/model.onnx')).digest('hex'),
      hardware: 'sagemaker-ml.g5.xlarge',
      route: 'hugging-face.task',
      units: { requests: 1, items: 1, images: 1, tokens: 0 },
    },
  });
  for (const { data: event } of events.filter(({ data: { hardware } }) => hardware.startsWith('sagemaker'))) {
    expect(event.units.computeMs).toBeGreaterThan(0);
  }
  const tokens = (model: string) => events.find(({ data: event }) => event.model === model)?.data.units.tokens;
  expect(tokens('junk')).toBeGreaterThan(10);
  expect(tokens('junk')).toBe(tokens('spam'));
  const rows = events
    .filter(({ data: event }) => event.model === 'batched')
    .reduce((sum, { data: event }) => sum + event.units.items, 0);
  // Sixteen requests of 1, 2, 3, 1, … rows.
  expect(rows).toBe(31);
});

/** Process ids of the shared endpoint's model server of this cloud. */
const servers = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        return environment.includes('SAGEMAKER_MULTI_MODEL=true\0') && environment.includes(data);
      } catch {
        return false; // It ended meanwhile.
      }
    });
