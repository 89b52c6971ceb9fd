import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ControlClient } from '../../cli/control-client.ts';
import { pushModel } from '../../cli/push-model.ts';
import { synthesize } from '../../cli/synthesize.ts';
import { AlteredAssembly } from './altered-assembly.ts';
import { type OperatedCloud, startCloudWithOperator } from './start-cloud-with-operator.ts';
import { writeLinearModel } from './write-linear-model.ts';

/** Each has an endpoint of its own, and another thing that is wrong with it. */
const broken = [
  {
    model: 'cut-off',
    reason: /Failed to extract model data archive .* it is cut off/,
    breaks: (assembly: AlteredAssembly) => assembly.changeArchive('cut-off', (file) => truncateSync(file, 300)),
  },
  {
    model: 'no-gzip',
    reason: /Failed to extract model data archive .* not a gzip file/,
    breaks: (assembly: AlteredAssembly) => assembly.changeArchive('no-gzip', (file) => writeFileSync(file, 'no gzip')),
  },
  {
    model: 'misspelt-config',
    reason: /did not pass the ping health check.*max_batch_sise/,
    breaks: (assembly: AlteredAssembly) => rewrite(assembly, 'misspelt-config', 'max_batch_size', 'max_batch_sise'),
  },
  {
    model: 'other-config',
    reason: /did not pass the ping health check.*'x'.*\[/,
    breaks: (assembly: AlteredAssembly) => rewrite(assembly, 'other-config', /dims: .*/, 'dims: [ -1, 7 ]'),
  },
  {
    model: 'no-weights',
    reason: /did not pass the ping health check.*model\.onnx/,
    breaks: (assembly: AlteredAssembly) =>
      assembly.repackArchive('no-weights', (repository) => rmSync(join(repository, version(repository), 'model.onnx'))),
  },
  {
    model: 'wrong-weights',
    reason: /did not pass the ping health check.*failed to load/,
    breaks: (assembly: AlteredAssembly) =>
      assembly.repackArchive('wrong-weights', (repository) => {
        const file = join(repository, version(repository), 'model.onnx');
        rmSync(file);
        writeFileSync(file, 'these are no weights');
      }),
  },
  {
    model: 'unreadable',
    reason: /Failed to download model data .* \(AccessDenied: /,
    breaks: (assembly: AlteredAssembly) => assembly.revoke(/gpuunreadable/, /GpuModelRole/, 's3:GetObject'),
  },
] as const;
const names = broken.map(({ model }) => model);

const folder = mkdtempSync(resolve('.build/system-gpu-failures-'));
const data = join(folder, 'data');
const progress: string[] = [];
let cloud: OperatedCloud;
let client: ControlClient;
let apiKey: string;

beforeAll(async () => {
  const models = join(folder, 'models');
  for (const [index, name] of [...names, 'uncallable'].entries()) writeLinearModel(models, { name, factor: index + 1 });
  const out = await synthesize(join(folder, 'cdk.out'), { gpu: true, models, onStep: () => undefined });
  const assembly = new AlteredAssembly(join(out, 'assembly-dev'), 'assembly-altered');
  for (const { breaks } of broken) breaks(assembly);
  assembly.revoke(/inference/, /^predictgpu/i, 'sagemaker:InvokeEndpoint');
  assembly.revoke(/gpumultimodel/, /GpuModelRole/, 's3:GetObject');
  cloud = await startCloudWithOperator({ assembly: assembly.folder, data, log: (line) => progress.push(line) });
  client = cloud.client;
  const tenant = { name: 'patient', plan: 'enterprise' };
  ({ apiKey } = await client.call<{ apiKey: string }>('POST', '/tenants', { body: tenant }));
}, 120_000);
afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The folder of the weights in a model's repository. */
const version = (repository: string): string => readdirSync(repository).find((name) => /^\d+$/.test(name)) ?? '';

function rewrite(assembly: AlteredAssembly, model: string, from: RegExp | string, to: string): void {
  assembly.repackArchive(model, (repository) => {
    const file = join(repository, 'config.pbtxt');
    const text = readFileSync(file, 'utf8').replace(from, to);
    rmSync(file);
    writeFileSync(file, text);
  });
}

interface Shown {
  readonly endpoint: { readonly name: string; readonly status: string; readonly reason?: string };
  readonly versions: readonly { readonly state: string; readonly reason?: string }[];
}
const show = (model: string): Promise<Shown> => client.call('GET', `/models/${model}`);
const requests = async (): Promise<number> =>
  (await client.call<{ totals: { requests: number } }>('GET', '/tenants/patient/usage')).totals.requests;
const readiness = async (path: string): Promise<unknown[]> => {
  const response = await fetch(`${cloud.url}/v2/models/${path}/ready`, { headers: { 'x-api-key': apiKey } });
  return [response.status, response.headers.get('retry-after'), await response.json()];
};
const infer = (model: string): Promise<Response> =>
  fetch(`${cloud.url}/v2/models/${model}/infer`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [1] }] }),
    // What takes longer hangs: a function has 29 s.
    signal: AbortSignal.timeout(10_000),
  });

test.each(broken)('$model: the endpoint has failed and says why, requests get 503 and are not billed', async (each) => {
  const { model, reason } = each;
  const before = await requests();
  // The weights are good: it is where they are served that is broken.
  await pushModel(client, join(folder, 'models', model), () => undefined);
  const { endpoint } = await show(model);
  expect(endpoint).toEqual({
    name: `maas-dev-model-${model}`,
    status: 'Failed',
    reason: expect.stringMatching(reason),
  });
  expect(endpoint.reason).not.toContain(folder);
  expect(await cloud.maas('models', 'show', model)).toContain(
    `endpoint maas-dev-model-${model} is Failed: ${endpoint.reason}`,
  );
  expect(progress).toContainEqual(expect.stringContaining(`endpoint maas-dev-model-${model} failed: `));

  for (const path of [model, `${model}/versions/1`]) {
    expect(await readiness(path)).toEqual([503, '30', { name: model, ready: false }]);
  }
  const response = await infer(model);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(response.headers.get('x-usage-event-id')).toBeNull();
  const { error } = (await response.json()) as { error: string };
  // The tenant is no operator.
  expect(error).toBe(`the endpoint of model '${model}' cannot answer now; not billed. Try again`);
  expect(await requests()).toBe(before);
});

test('without the grant of sagemaker:InvokeEndpoint, requests get 503 and the log says which permission lacks', async () => {
  const before = await requests();
  await pushModel(client, join(folder, 'models/uncallable'), () => undefined);
  expect((await show('uncallable')).endpoint).toEqual({
    name: 'maas-dev-model-uncallable',
    status: 'InService',
    instances: 1,
  });
  expect(await readiness('uncallable')).toEqual([200, null, { name: 'uncallable', ready: true }]);
  const response = await infer('uncallable');
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
  expect(await response.text()).not.toMatch(/AccessDenied|sagemaker|arn:/i);
  const logs = (): string =>
    readdirSync(join(data, 'logs'))
      .map((file) => readFileSync(join(data, 'logs', file), 'utf8'))
      .join('');
  // Lines are written together, soon after the answers that they tell of.
  await expect.poll(logs).toMatch(/is not authorized to perform: sagemaker:InvokeEndpoint/);
  expect(await requests()).toBe(before);
});

test('a model whose archive the shared endpoint may not read fails its check with the reason, and serves nobody', async () => {
  const models = join(folder, 'registered');
  const model = writeLinearModel(models, { name: 'unreadable-shared', factor: 9 });
  await expect(pushModel(client, model, () => undefined)).rejects.toThrow(/FAILED: .*\(AccessDenied\)/);
  const { endpoint, versions } = await show('unreadable-shared');
  expect(endpoint).toEqual({ name: 'maas-dev-multi-model', status: 'InService', instances: 1 });
  expect(versions).toMatchObject([
    { state: 'FAILED', reason: expect.stringContaining('permissions to download the model. (AccessDenied)') },
  ]);
  expect((await infer('unreadable-shared')).status).toBe(404);
});
