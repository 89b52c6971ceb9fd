import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';

const { url, apiKey } = inject('maas').demo;
const headers = { 'x-api-key': apiKey };

const get = async (path: string): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await fetch(`${url}${path}`, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

test('the server, its health and its models are described as the protocol says', async () => {
  expect((await get('/v2')).body).toMatchObject({ extensions: expect.arrayContaining(['binary_tensor_data']) });
  expect((await get('/v2/health/live')).body).toMatchObject({ live: true });
  expect((await get('/v2/health/ready')).body).toMatchObject({ ready: true });
  expect((await get('/v2/models')).body).toEqual({ models: ['fashion', 'linear-2x', 'spam'] });
  expect((await get('/v2/models/linear-2x')).body).toMatchObject({
    name: 'linear-2x',
    versions: ['1'],
    platform: 'onnx_onnxv1',
    inputs: [{ datatype: 'FP32', shape: [-1, 1] }],
  });
  expect((await get('/v2/models/linear-2x/versions/1/ready')).body).toMatchObject({ name: 'linear-2x', ready: true });
  expect((await get('/v2/models/nothing')).status).toBe(404);
});

test('a percent-encoded name is that of no model, on every route', async () => {
  for (const path of ['', '/ready', '/versions/1', '/versions/1/ready']) {
    expect([path, await get(`/v2/models/linear%2D2x${path}`)]).toEqual([
      path,
      { status: 404, body: { error: expect.stringContaining("unknown model: 'linear%2D2x'") } },
    ]);
  }
  for (const path of ['/v2/models/linear%2D2x/infer', '/v2/models/linear%2D2x/versions/1/infer']) {
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(404);
  }
  const task = await fetch(`${url}/models/%73pam`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ inputs: 'hello' }),
  });
  expect(task.status).toBe(404);
});

test('the answer to a binary request is the same as to a JSON one, byte for byte of the tensor', async () => {
  const rows = [1.5, -2, 1e-3, 1e6];
  const values = new Float32Array(rows);
  const header = Buffer.from(
    JSON.stringify({
      id: 'abc',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [4, 1], parameters: { binary_data_size: 16 } }],
      parameters: { binary_data_output: true },
    }),
  );
  const binary = await fetch(`${url}/v2/models/linear-2x/versions/1/infer`, {
    method: 'POST',
    headers: { ...headers, 'inference-header-content-length': String(header.length) },
    body: Buffer.concat([header, Buffer.from(values.buffer)]),
  });
  expect(binary.status).toBe(200);
  const bytes = Buffer.from(await binary.arrayBuffer());
  const length = Number(binary.headers.get('inference-header-content-length'));
  const answer = JSON.parse(bytes.subarray(0, length).toString()) as { id: string; outputs: { shape: number[] }[] };
  expect(answer).toMatchObject({
    id: 'abc',
    model_name: 'linear-2x',
    model_version: '1',
    outputs: [{ shape: [4, 1] }],
  });
  const doubled = new Float32Array(new Uint8Array(bytes.subarray(length)).buffer);

  const json = await fetch(`${url}/v2/models/linear-2x/infer`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [4, 1], data: rows }] }),
  });
  const { outputs } = (await json.json()) as { outputs: { data: number[] }[] };
  expect(new Float32Array(outputs[0]?.data ?? [])).toEqual(doubled);
  for (const [at, value] of rows.entries()) expect(doubled[at]).toBeCloseTo(2 * value, 1);
});

test('the sample in each manifest gets the answer that the manifest promises', async () => {
  for (const model of ['linear-2x', 'fashion', 'spam']) {
    const { sample } = JSON.parse(readFileSync(`models/${model}/model.json`, 'utf8')) as {
      sample: { inputs: unknown[]; outputs: { name: string; data: number[] }[]; tolerance: number };
    };
    const response = await fetch(`${url}/v2/models/${model}/infer`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ inputs: sample.inputs }),
    });
    expect(response.status, model).toBe(200);
    const { outputs } = (await response.json()) as { outputs: { name: string; data: number[] }[] };
    for (const expected of sample.outputs) {
      const data = outputs.find((output) => output.name === expected.name)?.data ?? [];
      expect(data).toHaveLength(expected.data.length);
      for (const [at, value] of expected.data.entries()) {
        expect(Math.abs((data[at] ?? Number.NaN) - value), `${model} ${expected.name}[${at}]`).toBeLessThanOrEqual(
          sample.tolerance,
        );
      }
    }
  }
});
