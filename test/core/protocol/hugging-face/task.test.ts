import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { InferenceClient } from '@huggingface/inference';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiResponse } from '../../../../core/api/api-response.ts';
import { doublingModel, onnxFile, tensorProto } from '../../engine/onnx-file.ts';
import { doubling, manifest } from '../../inference/manifests.ts';
import { platform } from '../../inference/platform.ts';
import { png } from '../../task/pictures.ts';

/** Scores are the four grey pixels themselves, so that the answer to a picture is known. */
const pictures = {
  manifest: manifest({
    name: 'corners',
    task: 'image-classification',
    inputs: [{ name: 'pixels', datatype: 'FP32', shape: [-1, 2, 2, 1] }],
    outputs: [{ name: 'scores', datatype: 'FP32', shape: [-1, 4] }],
    preprocessing: {
      kind: 'image',
      width: 2,
      height: 2,
      channels: 1,
      layout: 'NHWC',
      fit: 'fill',
      mean: [0],
      std: [1],
    },
    labels: ['top left', 'top right', 'bottom left', 'bottom right'],
    scores: 'probabilities',
  }),
  files: {
    'model.onnx': onnxFile({
      inputs: [{ name: 'pixels', datatype: 'FP32', shape: ['n', 2, 2, 1] }],
      outputs: [{ name: 'scores', datatype: 'FP32', shape: ['n', 4] }],
      nodes: [{ op: 'Reshape', inputs: ['pixels', 'shape'], outputs: ['scores'] }],
      initializers: [tensorProto('shape', 'INT64', [2], BigInt64Array.of(-1n, 4n))],
    }),
  },
};

/** The score of a class is the sum of its words' weights: row sums of an embedding looked up by token. */
const texts = {
  manifest: manifest({
    name: 'mood',
    task: 'text-classification',
    inputs: [{ name: 'ids', datatype: 'INT64', shape: [-1, 3] }],
    outputs: [{ name: 'scores', datatype: 'FP32', shape: [-1, 2] }],
    preprocessing: {
      kind: 'text',
      vocabulary: 'words.txt',
      pattern: '\\p{L}+',
      length: 3,
      paddingToken: '<pad>',
      unknownToken: '<unk>',
    },
    labels: ['good', 'bad'],
    scores: 'logits',
  }),
  files: {
    'words.txt': Buffer.from('<pad>\n<unk>\nfine\nawful\n'),
    'model.onnx': onnxFile({
      inputs: [{ name: 'ids', datatype: 'INT64', shape: ['n', 3] }],
      outputs: [{ name: 'scores', datatype: 'FP32', shape: ['n', 2] }],
      nodes: [
        { op: 'Gather', inputs: ['weights', 'ids'], outputs: ['looked up'] },
        { op: 'ReduceSum', inputs: ['looked up', 'axes'], outputs: ['summed'] },
        { op: 'Reshape', inputs: ['summed', 'shape'], outputs: ['scores'] },
      ],
      initializers: [
        tensorProto('weights', 'FP32', [4, 2], Float32Array.of(0, 0, 0, 0, 2, -2, -2, 2)),
        tensorProto('axes', 'INT64', [1], BigInt64Array.of(1n)),
        tensorProto('shape', 'INT64', [2], BigInt64Array.of(-1n, 2n)),
      ],
    }),
  },
};

const served = platform([pictures, texts, { manifest: doubling, files: { 'model.onnx': doublingModel() } }]);
const picture = png({ width: 2, height: 2, colorType: 0, pixel: (x, y) => [x * 51 + y * 102] });

const post = (model: string, body: unknown, headers: Record<string, string> = {}): Promise<ApiResponse> =>
  served.send({
    route: '/models/{model}',
    params: { model },
    headers,
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
const answer = async (model: string, body: unknown): Promise<unknown> => {
  const response = await post(model, body);
  expect(response.headers['content-type']).toBe('application/json');
  return JSON.parse(response.body as string);
};
const sure = 1 / (1 + Math.exp(-4));

describe('a picture', () => {
  test('as the body, whatever its content type, gets classes, best first', async () => {
    for (const type of [{}, { 'content-type': 'application/json' }, { 'content-type': 'image/jpeg' }]) {
      const response = await post('corners', picture, type);
      expect(response.status).toBe(200);
      expect(JSON.parse(response.body as string)).toEqual([
        { label: 'bottom right', score: expect.closeTo(0.6) },
        { label: 'bottom left', score: expect.closeTo(0.4) },
        { label: 'top right', score: expect.closeTo(0.2) },
        { label: 'top left', score: 0 },
      ]);
    }
  });

  test('as base64, with parameters', async () => {
    const inputs = picture.toString('base64');
    expect(await answer('corners', { inputs, parameters: { top_k: 1, function_to_apply: 'none' } })).toEqual([
      { label: 'bottom right', score: expect.closeTo(0.6) },
    ]);
    const wrapped = inputs.replaceAll(/.{20}/g, '$&\n');
    expect(await answer('corners', { inputs: `${wrapped}\n`, parameters: null })).toHaveLength(4);
  });

  test.each(['data:image/png;base64,', 'data:;base64,', 'DATA:text/plain;BASE64,'])('as a %s URL', async (start) => {
    const inputs = `${start}${picture.toString('base64')}`;
    expect(await answer('corners', { inputs })).toEqual(
      await answer('corners', { inputs: picture.toString('base64') }),
    );
  });

  test('is metered as one image', async () => {
    served.events.length = 0;
    await post('corners', picture);
    expect(served.events[0]?.data.units).toMatchObject({ requests: 1, items: 1, images: 1, bytesIn: picture.length });
    expect(served.events[0]?.data.route).toBe('hugging-face.task');
  });

  test.each([
    ['no picture', 'hello', 415],
    ['an SVG', '<svg/>', 415],
    ['half a picture', picture.subarray(0, 60), 400],
    ['no base64', { inputs: 'a text' }, 400],
    ['a link', { inputs: 'https://example.com/cat.png' }, 400],
    ['an empty string', { inputs: '' }, 400],
    ['a data: URL of nothing', { inputs: 'data:image/png;base64,' }, 400],
    ['a data: URL of text', { inputs: 'data:image/png,hello' }, 400],
    ['base64 of something else', { inputs: 'aGVsbG8=' }, 415],
    ['nothing', '', 415],
  ])('that is %s is refused', async (_, body, status) => {
    const response = await post('corners', body);
    expect(response.status).toBe(status);
    expect(JSON.parse(response.body as string).error).toMatch(/picture|image/);
  });
});

describe('a text', () => {
  test('alone or among others gets a list of classes each', async () => {
    const good = [
      { label: 'good', score: expect.closeTo(sure) },
      { label: 'bad', score: expect.closeTo(1 - sure) },
    ];
    expect(await answer('mood', { inputs: 'Fine!' })).toEqual([good]);
    expect(await answer('mood', { inputs: ['fine', 'awful'] })).toEqual([
      good,
      [
        { label: 'bad', score: expect.closeTo(sure) },
        { label: 'good', score: expect.closeTo(1 - sure) },
      ],
    ]);
  });

  test('takes top_k and function_to_apply, and options of old clients', async () => {
    const parameters = { top_k: 1, function_to_apply: 'none' };
    expect(await answer('mood', { inputs: 'fine', parameters, options: { wait_for_model: true } })).toEqual([
      [{ label: 'good', score: 2 }],
    ]);
    expect(await answer('mood', { inputs: 'fine', parameters: { top_k: null, function_to_apply: 'sigmoid' } })).toEqual(
      [
        [
          { label: 'good', score: expect.closeTo(1 / (1 + Math.exp(-2))) },
          { label: 'bad', score: expect.closeTo(1 / (1 + Math.exp(2))) },
        ],
      ],
    );
  });

  test('is metered by the tokens that the model reads', async () => {
    served.events.length = 0;
    await post('mood', { inputs: ['fine day', 'one two three four five', ''] });
    expect(served.events[0]?.data.units).toMatchObject({ requests: 1, items: 3, tokens: 5, images: 0 });
  });

  test.each([
    ['a picture', picture, "the task 'text-classification'"],
    ['plain text', 'hello', "the task 'text-classification'"],
    ['a number', { inputs: 7 }, 'a string or a list of strings'],
    ['no inputs', {}, 'a string or a list of strings'],
    ['an empty list', { inputs: [] }, 'a string or a list of strings'],
    ['a list with others', { inputs: ['a', null] }, 'a string or a list of strings'],
    [
      'another parameter',
      { inputs: 'a', parameters: { candidate_labels: [] } },
      "unknown parameter 'candidate_labels'",
    ],
    ['another member', { inputs: 'a', model: 'x' }, "unknown member 'model'"],
    ['top_k of 0', { inputs: 'a', parameters: { top_k: 0 } }, "'top_k' must be an integer from 1 on"],
    ['another function', { inputs: 'a', parameters: { function_to_apply: 'relu' } }, 'softmax, sigmoid, none'],
    ['too many texts', { inputs: Array.from({ length: 400_000 }, () => '') }, 'takes at most 349525 a call'],
  ])('that is %s is refused', async (_, body, words) => {
    const response = await post('mood', body);
    expect(response.status).toBe(400);
    expect(JSON.parse(response.body as string).error).toContain(words);
  });
});

test('a model of tensors names the route to use', async () => {
  const response = await post('double', { inputs: 'a' });
  expect(response.status).toBe(400);
  expect(JSON.parse(response.body as string).error).toContain('POST /v2/models/double/infer');
});

/** The handler behind a bare HTTP server. */
async function respond(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const response = await post(incoming.url?.split('/').at(-1) ?? '', await buffer(incoming), headers);
  outgoing.writeHead(response.status, response.headers).end(response.body);
}

describe('the published client', () => {
  let server: Server;
  const client = new InferenceClient('a-key');
  const endpoint = (model: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/models/${model}`;

  beforeAll(async () => {
    server = createServer((incoming, outgoing) => {
      void respond(incoming, outgoing);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('classifies a picture', async () => {
    const data = new Blob([picture], { type: 'image/png' });
    const labels = await client.imageClassification({ endpointUrl: endpoint('corners'), data });
    expect(labels[0]?.label).toBe('bottom right');
    expect(await client.imageClassification({ endpointUrl: endpoint('corners'), inputs: new Blob([picture]) })).toEqual(
      labels,
    );
  });

  test('classifies a text', async () => {
    const labels = await client.textClassification({
      endpointUrl: endpoint('mood'),
      inputs: 'awful',
      parameters: { top_k: 1 },
    });
    expect(labels).toEqual([{ label: 'bad', score: expect.closeTo(sure) }]);
  });

  test('shows our reason when we refuse', async () => {
    const wrong = client.textClassification({ endpointUrl: endpoint('corners'), inputs: 'a text' });
    await expect(wrong).rejects.toThrow("has the task 'image-classification'");
    const unknown = client.textClassification({ endpointUrl: endpoint('nothing'), inputs: 'a text' });
    await expect(unknown).rejects.toThrow("Request for unknown model: 'nothing' is not found");
  });
});
