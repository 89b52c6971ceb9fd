import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityModel } from '../../core/engine/onnx-file.ts';
import { inferCall, send } from './infer-call.ts';
import { repository, TritonProcess, writeModel } from './triton-process.ts';

const artifact = identityModel([{ name: 'x', datatype: 'FP32', shape: ['n', 1] }]);
const folder = {
  config: `name: "echo" backend: "onnxruntime" max_batch_size: 4
    input { name: "x" data_type: TYPE_FP32 dims: 1 } output { name: "x_out" data_type: TYPE_FP32 dims: 1 }`,
  versions: { 5: artifact },
};
const call = inferCall([{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [7] }]);

let triton: TritonProcess;
let url: string;
/** What SageMaker unpacked: one folder with the model's folder in it. */
let unpacked: string;

beforeAll(async () => {
  unpacked = repository({ echo: folder });
  triton = await TritonProcess.start(repository({}), {
    SAGEMAKER_MULTI_MODEL: 'true',
    // A thread without a model counts as 4 MiB.
    MODEL_ARTIFACT_BYTES_MAX: String((artifact.length + 4 * 2 ** 20) * 3),
  });
  url = await triton.url();
});

afterAll(async () => {
  await triton.remove();
  rmSync(unpacked, { recursive: true });
});

const load = async (model_name: unknown, from: unknown = unpacked, headers: Record<string, string> = {}) => {
  const response = await fetch(`${url}/models`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model_name, url: from }),
  });
  const text = await response.text();
  return { status: response.status, error: text === '' ? undefined : (JSON.parse(text) as { error: string }).error };
};
const unload = async (name: string) => (await fetch(`${url}/models/${name}`, { method: 'DELETE' })).status;
const get = async (path: string) => {
  const response = await fetch(`${url}${path}`);
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
};

describe('a container for many models', () => {
  it('is healthy before there is any', async () => {
    expect((await get('/ping')).status).toBe(200);
    expect(await get('/models')).toEqual({ status: 200, body: { models: [] } });
    expect((await get('/models/nobody')).status).toBe(404);
    expect(await unload('nobody')).toBe(404);
    expect(
      (await fetch(`${url}/models/nobody/invoke`, { method: 'POST', ...call, body: new Uint8Array(call.body) })).status,
    ).toBe(404);
  });

  it('loads, describes, runs and unloads a model by the name that SageMaker gives it', async () => {
    expect(await load('f00d', unpacked, { 'X-Amzn-SageMaker-Target-Model': 'echo/1.tar.gz' })).toEqual({
      status: 200,
      error: undefined,
    });
    expect(await get('/models/f00d')).toEqual({ status: 200, body: { modelName: 'f00d', modelUrl: unpacked } });
    const { status, rest, outputs } = await send(`${url}/models/f00d/invoke`, call);
    expect({ status, rest, data: outputs['x_out']?.data }).toEqual({
      status: 200,
      rest: { model_name: 'echo/1.tar.gz', model_version: '5' },
      data: [7],
    });
    expect((await load('f00d')).status).toBe(409);
    expect(await unload('f00d')).toBe(200);
    expect((await get('/models/f00d')).status).toBe(404);
  });

  it('takes a configuration at the root of what was unpacked', async () => {
    const root = repository({});
    writeModel(root, folder);
    expect((await load('root', root)).status).toBe(200);
    expect((await send(`${url}/models/root/invoke`, call)).rest['model_name']).toBe('root');
    expect(await unload('root')).toBe(200);
    rmSync(root, { recursive: true });
  });

  it('answers 507 when artifacts would take more memory than there is, and loads once there is room', async () => {
    for (const name of ['a', 'b', 'c']) expect((await load(name)).status).toBe(200);
    const refused = await load('d');
    expect(refused.status).toBe(507);
    expect(refused.error).toMatch(/^failed to load 'd': out of memory: artifacts would take \d+ bytes of \d+$/);
    expect(await unload('b')).toBe(200);
    expect((await load('d')).status).toBe(200);
    expect(await get('/models')).toEqual({
      status: 200,
      body: { models: ['a', 'c', 'd'].map((modelName) => ({ modelName, modelUrl: unpacked })) },
    });
    for (const name of ['a', 'c', 'd']) expect(await unload(name)).toBe(200);
  });

  it('answers 400 with the reason when a model cannot be loaded, and has room for it later', async () => {
    const broken = repository({ echo: { ...folder, versions: { 1: artifact.subarray(0, 40) } } });
    const refused = await load('x', broken);
    expect(refused.status).toBe(400);
    expect(refused.error).toMatch(/^failed to load 'x' version 1: Internal: onnx runtime error: /);
    expect((await load('x', join(broken, 'nowhere'))).error).toBe(
      "failed to load 'x': Not found: cannot read the model directory: ENOENT",
    );
    writeModel(join(broken, 'echo'), folder);
    expect((await load('x', broken)).status).toBe(200);
    expect(await unload('x')).toBe(200);
    rmSync(broken, { recursive: true });
  });

  it('loads one model of a name, however many ask at once', async () => {
    const answers = await Promise.all([load('once'), load('once'), load('once')]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    expect(await unload('once')).toBe(200);
  });

  it('answers the requests that it has accepted before it unloads', async () => {
    expect((await load('busy')).status).toBe(200);
    const invoke = (): Promise<number> =>
      fetch(`${url}/models/busy/invoke`, { method: 'POST', ...call, body: new Uint8Array(call.body) }).then(
        ({ status }) => status,
      );
    const answers = Array.from({ length: 20 }, invoke);
    await Promise.race(answers);
    expect(await Promise.all([unload('busy'), unload('busy')])).toEqual([200, 404]);
    // A request may also have come too late.
    for (const status of await Promise.all(answers)) expect([200, 404]).toContain(status);
    expect((await get('/models/busy')).status).toBe(404);
  });

  it('flattens the statuses of errors to 400, as the frontend does here', async () => {
    expect((await load('flat')).status).toBe(200);
    const { status, rest } = await send(`${url}/models/flat/invoke`, { ...call, body: Buffer.from('{}') });
    expect([status, rest['error']]).toEqual([
      400,
      "Unable to parse 'inputs': attempt to access non-existing object member 'inputs'",
    ]);
    expect(await unload('flat')).toBe(200);
  });

  it.each([
    ['a name with a slash', 'a/b', '/tmp'],
    ['no name', undefined, '/tmp'],
    ['no url', 'n', undefined],
    ['a relative url', 'n', 'models/x'],
    ['a url of the system', 'n', '/proc/self/../self'],
  ])('refuses to load with %s', async (_, name, from) => {
    const response = await fetch(`${url}/models`, {
      method: 'POST',
      body: JSON.stringify({ model_name: name, url: from }),
    });
    expect(response.status).toBe(400);
  });
});

describe('the list of models', () => {
  it('comes in pages', async () => {
    const many = await TritonProcess.start(repository({}), { SAGEMAKER_MULTI_MODEL: 'TRUE' });
    const at = await many.url();
    const root = repository({ echo: folder });
    const names = Array.from({ length: 23 }, (_, index) => `m${String(index).padStart(3, '0')}`);
    const load = (name: string): Promise<number> =>
      fetch(`${at}/models`, { method: 'POST', body: JSON.stringify({ model_name: name, url: root }) }).then(
        ({ status }) => status,
      );
    expect(new Set(await Promise.all(names.map(load)))).toEqual(new Set([200]));
    const found: string[] = [];
    let token: string | undefined = '';
    let pages = 0;
    while (token !== undefined) {
      const page = (await (await fetch(`${at}/models?next_page_token=${token}`)).json()) as {
        models: { modelName: string }[];
        nextPageToken?: string;
      };
      found.push(...page.models.map(({ modelName }) => modelName));
      token = page.nextPageToken;
      pages++;
    }
    expect([pages, found]).toEqual([2, names]);
    await many.remove();
    rmSync(root, { recursive: true });
  });
});
