import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { doublingModel } from '../../engine/onnx-file.ts';
import { doubling, manifest } from '../../inference/manifests.ts';
import { platform } from '../../inference/platform.ts';

const files = { 'model.onnx': doublingModel() };
const served = platform([
  { manifest: doubling, files, version: '3', state: 'FAILED' },
  { manifest: doubling, files, version: '2' },
  { manifest: doubling, files, version: '1' },
  { manifest: manifest({ ...doubling, name: 'uploading' }), files, state: 'UPLOADING' },
]);

const get = async (route: string, model?: string, version?: string) => {
  const params = { ...(model === undefined ? {} : { model }), ...(version === undefined ? {} : { version }) };
  const { status, headers, body } = await served.send({ method: 'GET', route, params });
  expect(headers['content-type']).toBe('application/json');
  return { status, body: JSON.parse(body as string) };
};

test('the server names itself, its version and only the extensions that it serves', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await get('/v2')).toEqual({
    status: 200,
    body: { name: 'maas', version, extensions: ['binary_tensor_data'] },
  });
});

test('live and ready say so in the words of the specification and of its clients', async () => {
  expect((await get('/v2/health/live')).body).toEqual({ live: true });
  expect((await get('/v2/health/ready')).body).toEqual({ ready: true, live: true });
});

test('a server that cannot read its catalogue is not ready', async () => {
  const broken = platform([], {
    catalog: {
      list: () => Promise.reject(new Error('secret cause')),
      find: async () => undefined,
      versions: async () => [],
    },
  });
  const { status, body } = await broken.send({ method: 'GET', route: '/v2/health/ready' });
  expect(status).toBe(503);
  expect(body).not.toContain('secret');
});

test('the list names the models that serve', async () => {
  const live = await get('/v2/models');
  expect(live.body.models).toContain('double');
  expect(live.body.models).not.toContain('uploading');
});

test('model metadata gives the tensors and the versions that serve', async () => {
  const metadata = {
    name: 'double',
    versions: ['2', '1'],
    platform: 'onnx_onnxv1',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }],
  };
  expect(await get('/v2/models/{model}', 'double')).toEqual({ status: 200, body: metadata });
  expect((await get('/v2/models/{model}/versions/{version}', 'double', '1')).body).toEqual(metadata);
});

test('a model or version is ready when it serves', async () => {
  const ready = { status: 200, body: { name: 'double', ready: true } };
  expect(await get('/v2/models/{model}/ready', 'double')).toEqual(ready);
  expect(await get('/v2/models/{model}/versions/{version}/ready', 'double', '1')).toEqual(ready);
  expect((await get('/v2/models/{model}/versions/{version}/ready', 'double', '3')).status).toBe(404);
  expect((await get('/v2/models/{model}/ready', 'uploading')).status).toBe(404);
});

test.each([
  ['nothing', undefined, "Request for unknown model: 'nothing' is not found"],
  ['../etc', undefined, "Request for unknown model: '../etc' is not found"],
  ['Double', undefined, "Request for unknown model: 'Double' is not found"],
  ['double', '9', "Request for unknown model: 'double' version '9' is not found"],
  ['double', 'v1', "Request for unknown model: 'double' version 'v1' is not found"],
  ['double', '01', "Request for unknown model: 'double' version '01' is not found"],
  ['double', '3', "Request for unknown model: 'double' version '3' is not at ready state"],
])('model %s version %s is unknown in the words that clients look for', async (model, version, error) => {
  const route = version === undefined ? '/v2/models/{model}' : '/v2/models/{model}/versions/{version}';
  expect(await get(route, model, version)).toEqual({ status: 404, body: { error } });
});

test('an endless model name comes back cut', async () => {
  expect((await get('/v2/models/{model}', 'a'.repeat(8000))).body.error.length).toBeLessThan(200);
});
