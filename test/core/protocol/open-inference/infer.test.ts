import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApiResponse } from '../../../../core/api/api-response.ts';
import { datatypes } from '../../../../core/tensor/datatype.ts';
import { tensorToBinary } from '../../../../core/tensor/to-binary.ts';
import { doublingModel, identityModel, type Value } from '../../engine/onnx-file.ts';
import { doubling, manifest } from '../../inference/manifests.ts';
import { platform, type Registered } from '../../inference/platform.ts';
import { anyTensor } from '../../tensor/arbitrary-tensor.ts';

/** A model that gives back what it gets. */
const identity = (name: string, ...values: Value[]): Registered => ({
  manifest: manifest({
    name,
    inputs: values.map((value) => ({ ...value, shape: declared(value) })),
    outputs: values.map((value) => ({ ...value, name: `${value.name}_out`, shape: declared(value) })),
  }),
  files: { 'model.onnx': identityModel(values) },
});
const declared = ({ shape }: Value): number[] => shape.map((each) => (typeof each === 'number' ? each : -1));

const served = platform([
  { manifest: doubling, files: { 'model.onnx': doublingModel() } },
  identity('pair', { name: 'a', datatype: 'INT32', shape: ['n', 2] }, { name: 'b', datatype: 'BYTES', shape: ['m'] }),
  identity('text', { name: 's', datatype: 'BYTES', shape: ['n', 1] }),
  identity('half', { name: 'h', datatype: 'FP16', shape: ['n'] }),
  identity('wide', { name: 'w', datatype: 'FP32', shape: ['n', 'm', 'k'] }),
  identity('row', { name: 'r', datatype: 'INT16', shape: ['n', 'm', 2] }),
  identity('long', { name: 'i', datatype: 'INT64', shape: ['n'] }),
  ...datatypes.flatMap((datatype) =>
    [0, 1, 2, 3].map((rank) =>
      identity(`any-${datatype.toLowerCase()}-${rank}`, {
        name: 'x',
        datatype,
        shape: Array.from({ length: rank }, (_, index) => `d${index}`),
      }),
    ),
  ),
]);

const infer = (
  model: string,
  body: unknown,
  headers: Record<string, string> = {},
  version?: string,
): Promise<ApiResponse> =>
  served.send({
    route: version === undefined ? '/v2/models/{model}/infer' : '/v2/models/{model}/versions/{version}/infer',
    params: { model, ...(version === undefined ? {} : { version }) },
    headers,
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });

/** A request of a JSON header with binary behind it. */
const binaryInfer = (model: string, header: unknown, ...binaries: Uint8Array[]): Promise<ApiResponse> => {
  const json = Buffer.from(JSON.stringify(header));
  return infer(model, Buffer.concat([json, ...binaries]), { 'inference-header-content-length': String(json.length) });
};

const json = (response: ApiResponse): Record<string, unknown> => JSON.parse(response.body as string);
const error = (response: ApiResponse): string => {
  expect(response.headers['content-type']).toBe('application/json');
  return String(json(response)['error']);
};

/** Splits an answer with binary outputs. */
const split = (response: ApiResponse) => {
  const body = Buffer.from(response.body as Uint8Array);
  const length = Number(response.headers['Inference-Header-Content-Length']);
  return { header: JSON.parse(body.subarray(0, length).toString()), binary: body.subarray(length) };
};

const x = (rows: number, data: unknown) => ({ name: 'x', datatype: 'FP32', shape: [rows, 1], data });

describe('JSON', () => {
  test('flat and nested data get the same answer, flat, with the id echoed', async () => {
    for (const data of [
      [1, 2.5],
      [[1], [2.5]],
    ]) {
      const response = await infer('double', { id: 'abc"', inputs: [x(2, data)] });
      expect(response.status).toBe(200);
      expect(response.headers['content-type']).toBe('application/json');
      expect(json(response)).toEqual({
        id: 'abc"',
        model_name: 'double',
        model_version: '1',
        outputs: [{ name: 'y', datatype: 'FP32', shape: [2, 1], data: [2, 5] }],
      });
    }
  });

  test('a request without an id is answered without one', async () => {
    expect(json(await infer('double', { inputs: [x(1, [1])] }))).not.toHaveProperty('id');
  });

  test('a version can be named', async () => {
    expect(json(await infer('double', { inputs: [x(1, [1])] }, {}, '1'))).toHaveProperty('model_version', '1');
    const unknown = await infer('double', { inputs: [x(1, [1])] }, {}, '2');
    expect(unknown.status).toBe(404);
    expect(error(unknown)).toBe("Request for unknown model: 'double' version '2' is not found");
  });

  test('no rows give no rows', async () => {
    expect(json(await infer('double', { inputs: [x(0, [])] }))).toMatchObject({
      outputs: [{ shape: [0, 1], data: [] }],
    });
  });

  test('64-bit integers beyond 2^53 are exact there and back', async () => {
    const body =
      '{"inputs":[{"name":"i","datatype":"INT64","shape":[2],"data":[9007199254740993,"-9223372036854775808"]}]}';
    const response = await infer('long', body);
    expect(response.body).toContain('"data":[9007199254740993,-9223372036854775808]');
  });

  test('a large body with such integers is refused before they cost seconds, strings are not', async () => {
    const i = (element: string) =>
      `{"inputs":[{"name":"i","datatype":"INT64","shape":[1],"data":[${element}]}],"ignored":[${'0,'.repeat(200_000)}0]}`;
    expect(error(await infer('long', i('9007199254740993')))).toContain('send them as strings or as binary data');
    expect((await infer('long', i('"9007199254740993"'))).status).toBe(200);
  });

  test('outputs are those asked for, in that order', async () => {
    const inputs = [
      { name: 'b', datatype: 'BYTES', shape: [1], data: ['ü'] },
      { name: 'a', datatype: 'INT32', shape: [1, 2], data: [1, 2] },
    ];
    const names = async (outputs?: unknown): Promise<unknown> =>
      (json(await infer('pair', { inputs, outputs }))['outputs'] as { name: string }[]).map(({ name }) => name);
    expect(await names()).toEqual(['a_out', 'b_out']);
    expect(await names([])).toEqual(['a_out', 'b_out']);
    expect(await names([{ name: 'b_out' }])).toEqual(['b_out']);
    expect(await names([{ name: 'b_out' }, { name: 'a_out' }])).toEqual(['b_out', 'a_out']);
  });

  test('members and parameters of a client’s own are ignored', async () => {
    const response = await infer('double', {
      inputs: [{ ...x(1, [1]), parameters: { content_type: 'np' }, extra: [] }],
      parameters: { priority: 1, timeout: 5, mine: 'x', yes: true },
      model_name: 'double',
      ['__proto__']: { polluted: true },
    });
    expect(response.status).toBe(200);
  });
});

describe('binary tensors', () => {
  const bytes = Buffer.from(Float32Array.of(1, 2.5).buffer);
  const binaryX = { name: 'x', datatype: 'FP32', shape: [2, 1], parameters: { binary_data_size: 8 } };

  test('in, and out by the request-wide wish', async () => {
    const response = await binaryInfer(
      'double',
      { inputs: [binaryX], parameters: { binary_data_output: true } },
      bytes,
    );
    expect(response.headers['content-type']).toBe('application/octet-stream');
    const { header, binary } = split(response);
    expect(header.outputs).toEqual([
      { name: 'y', datatype: 'FP32', shape: [2, 1], parameters: { binary_data_size: 8 } },
    ]);
    expect(binary).toEqual(Buffer.from(Float32Array.of(2, 5).buffer));
  });

  test('the example of the specification, byte by byte', async () => {
    // One INT32 tensor as JSON, one BYTES tensor of two strings as binary; the first output as JSON, the second as binary.
    const header =
      '{"inputs":[{"name":"a","datatype":"INT32","shape":[1,2],"data":[1,-1]},{"name":"b","datatype":"BYTES","shape":[2],"parameters":{"binary_data_size":11}}],"outputs":[{"name":"a_out"},{"name":"b_out","parameters":{"binary_data":true}}]}';
    const strings = Buffer.from('020000006869' + '01000000' + '21', 'hex');
    const response = await infer('pair', Buffer.concat([Buffer.from(header), strings]), {
      'inference-header-content-length': String(header.length),
    });
    const answer =
      '{"model_name":"pair","model_version":"1","outputs":[{"name":"a_out","datatype":"INT32","shape":[1,2],"data":[1,-1]},{"name":"b_out","datatype":"BYTES","shape":[2],"parameters":{"binary_data_size":11}}]}';
    expect(response.headers['Inference-Header-Content-Length']).toBe(String(answer.length));
    expect(Buffer.from(response.body as Uint8Array).equals(Buffer.concat([Buffer.from(answer), strings]))).toBe(true);
  });

  test('an output’s own wish overrides the request-wide one', async () => {
    const response = await binaryInfer(
      'double',
      {
        inputs: [binaryX],
        parameters: { binary_data_output: true },
        outputs: [{ name: 'y', parameters: { binary_data: false } }],
      },
      bytes,
    );
    expect(json(response)).toMatchObject({ outputs: [{ data: [2, 5] }] });
  });

  test('a tensor of no bytes adds none', async () => {
    const response = await binaryInfer('double', {
      inputs: [{ ...binaryX, shape: [0, 1], parameters: { binary_data_size: 0 } }],
      parameters: { binary_data_output: true },
    });
    expect(split(response)).toMatchObject({ binary: Buffer.alloc(0) });
  });

  test('every tensor of every datatype goes through the model and back unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(anyTensor(), async ({ datatype, shape, data }) => {
        const binary = tensorToBinary(data);
        const response = await binaryInfer(
          `any-${datatype.toLowerCase()}-${shape.length}`,
          {
            inputs: [{ name: 'x', datatype, shape, parameters: { binary_data_size: binary.length } }],
            parameters: { binary_data_output: true },
          },
          binary,
        );
        expect(response.status).toBe(200);
        const answer = split(response);
        expect(answer.header.outputs[0]).toMatchObject({ datatype, shape });
        expect(answer.binary.equals(binary)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('a raw body is the only input of one row, and all outputs come back binary', async () => {
    const raw = (model: string, body: Uint8Array) => infer(model, body, { 'inference-header-content-length': '0' });
    const doubled = split(await raw('double', Buffer.from(Float32Array.of(3).buffer)));
    expect(doubled.header.outputs[0].shape).toEqual([1, 1]);
    expect(doubled.binary).toEqual(Buffer.from(Float32Array.of(6).buffer));
    // One dimension beside the batch follows from the length.
    expect(split(await raw('row', new Uint8Array(12))).header.outputs[0].shape).toEqual([1, 3, 2]);
    // A string comes without its length and goes with it.
    expect(split(await raw('text', Buffer.from('hi'))).binary.toString('hex')).toBe('020000006869');

    expect(error(await raw('double', new Uint8Array(3)))).toBe(
      "unexpected size for input 'x', expecting 1 additional bytes for model 'double'",
    );
    expect(error(await raw('double', new Uint8Array(8)))).toContain(
      "unexpected additional input data for model 'double'",
    );
    expect(error(await raw('pair', new Uint8Array(8)))).toBe(
      "Raw request must only have 1 input (found 1) to be deduced but got 2 inputs in 'pair' model configuration",
    );
    expect(error(await raw('wide', new Uint8Array(8)))).toContain(
      'can not be deduced because there are more than one variable-sized dimension',
    );
    expect(error(await raw('any-bytes-2', Buffer.from('a')))).toBe(
      "For BYTE datatype raw input 'x', the model must have input shape [1]",
    );
  });

  test.each([
    [
      'short data',
      { inputs: [binaryX] },
      bytes.subarray(0, 4),
      "unexpected size for input 'x', expecting 4 additional bytes for model 'double'",
    ],
    [
      'no data',
      { inputs: [binaryX] },
      bytes.subarray(0, 0),
      "unexpected size for input 'x', expecting 8 additional bytes for model 'double'",
    ],
    [
      'data left over',
      { inputs: [binaryX] },
      Buffer.concat([bytes, bytes]),
      "unexpected additional input data for model 'double'",
    ],
    [
      'a size that is not the shape’s',
      { inputs: [{ ...binaryX, parameters: { binary_data_size: 4 } }] },
      bytes,
      'Expected 8, got 4',
    ],
    [
      'a size that is no number',
      { inputs: [{ ...binaryX, parameters: { binary_data_size: '8' } }] },
      bytes,
      'binary_data_size',
    ],
    ['a negative size', { inputs: [{ ...binaryX, parameters: { binary_data_size: -8 } }] }, bytes, 'binary_data_size'],
    ['data twice', { inputs: [{ ...binaryX, data: [1, 2] }] }, bytes, "both 'data' and"],
    [
      'a wish that is no boolean',
      { inputs: [binaryX], parameters: { binary_data_output: 1 } },
      bytes,
      'binary_data_output',
    ],
  ])('%s is refused', async (_, header, binary, words) => {
    const response = await binaryInfer('double', header, binary);
    expect(response.status).toBe(400);
    expect(error(response)).toContain(words);
  });

  test.each(['-1', 'abc', '', '1e3', '0x10', '99999999999', '2147483648', '400', '1.5', '+5'])(
    'the header length %j is refused',
    async (length) => {
      const response = await infer('double', { inputs: [x(1, [1])] }, { 'inference-header-content-length': length });
      expect(response.status).toBe(400);
      expect(error(response)).toContain('Inference-Header-Content-Length');
    },
  );

  test('a valid request changed in any way is answered or refused, never a fault of the server', async () => {
    const header = Buffer.from(
      JSON.stringify({
        inputs: [
          { name: 'a', datatype: 'INT32', shape: [1, 2], parameters: { binary_data_size: 8 } },
          { name: 'b', datatype: 'BYTES', shape: [1], parameters: { binary_data_size: 6 } },
        ],
        parameters: { binary_data_output: true },
      }),
    );
    const valid = Buffer.concat([header, Buffer.from(Int32Array.of(7, -7).buffer), Buffer.from('020000006869', 'hex')]);
    const change = fc.record({ at: fc.nat({ max: valid.length - 1 }), byte: fc.nat({ max: 255 }) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 4 }),
        fc.option(fc.nat({ max: valid.length }), { nil: valid.length }),
        fc.integer({ min: -3, max: 3 }),
        async (changes, cut, off) => {
          const body = Buffer.from(valid.subarray(0, cut));
          for (const { at, byte } of changes) if (at < body.length) body[at] = byte;
          const length = String(header.length + off);
          const response = await infer('pair', body, { 'inference-header-content-length': length });
          expect([200, 400]).toContain(response.status);
        },
      ),
      { numRuns: 1500 },
    );
  });
});

describe('FP16 has no JSON form', () => {
  const binary = Buffer.from(Uint16Array.of(0x3c00, 0xc000).buffer);
  const h = { name: 'h', datatype: 'FP16', shape: [2], parameters: { binary_data_size: 4 } };

  test('binary both ways works', async () => {
    const response = await binaryInfer('half', { inputs: [h], parameters: { binary_data_output: true } }, binary);
    expect(split(response).binary).toEqual(binary);
  });
  test('JSON in and out are refused with the way out, before the model runs', async () => {
    expect(
      error(
        await infer('half', {
          inputs: [{ name: 'h', datatype: 'FP16', shape: [1], data: [1] }],
          parameters: { binary_data_output: true },
        }),
      ),
    ).toContain('binary_data_size');
    expect(error(await binaryInfer('half', { inputs: [h] }, binary))).toContain('binary_data');
  });
});

describe('what does not fit the model is refused before it runs', () => {
  test.each([
    [
      'an unknown input',
      [{ ...x(1, [1]), name: 'z' }],
      "unexpected inference input 'z' for model 'double', allowed inputs are: x",
    ],
    ['an extra input', [x(1, [1]), { ...x(1, [1]), name: 'z' }], "unexpected inference input 'z'"],
    [
      'no inputs',
      [],
      "expected 1 inputs but got 0 inputs for model 'double'. Got input(s) [], but missing required input 'x'",
    ],
    ['the input twice', [x(1, [1]), x(1, [1])], "input 'x' already exists in request"],
    [
      'another datatype',
      [{ ...x(1, [1]), datatype: 'INT32' }],
      "inference input 'x' data-type is 'INT32', but model 'double' expects 'FP32'",
    ],
    ['a datatype out of Object.prototype', [{ ...x(1, [1]), datatype: 'constructor' }], 'expects'],
    ['no datatype', [{ name: 'x', shape: [1, 1], data: [1] }], 'no datatype'],
    [
      'another rank',
      [{ ...x(1, [1]), shape: [1] }],
      "unexpected shape for input 'x' for model 'double'. Expected [-1,1], got 1 dimensions",
    ],
    ['another fixed dimension', [{ ...x(1, [1]), shape: [1, 2] }], 'Expected [-1,1], got [1,2]'],
    [
      'a negative dimension',
      [{ ...x(1, [1]), shape: [-1, 1] }],
      "Unable to parse 'shape': attempt to access JSON non-unsigned-integer as unsigned-integer",
    ],
    ['a fractional dimension', [{ ...x(1, [1]), shape: [1.5, 1] }], "Unable to parse 'shape'"],
    ['a dimension of text', [{ ...x(1, [1]), shape: ['1', 1] }], "Unable to parse 'shape'"],
    ['no shape', [{ name: 'x', datatype: 'FP32', data: [1] }], "'shape' must be an array"],
    [
      'too many elements',
      [{ ...x(1, [1]), shape: [2_000_000, 1] }],
      'causes total element count to exceed maximum size of 1048576; send at most 1048576 rows a call',
    ],
    [
      'elements beyond any number',
      [{ ...x(1, [1]), shape: [1e15, 1e15] }],
      'causes total element count to exceed maximum size of',
    ],
    ['too little data', [x(2, [1])], "Shape does not match true shape of 'data' field"],
    ['no data', [{ name: 'x', datatype: 'FP32', shape: [1, 1] }], "must have 'data'"],
    ['an input that is no object', ['x'], 'must be a JSON object'],
    ['an input without a name', [{ ...x(1, [1]), name: 7 }], "string 'name'"],
    [
      'parameters that are no object',
      [{ ...x(1, [1]), parameters: [] }],
      "'parameters' of input 'x' must be an object",
    ],
    [
      'a parameter that is no scalar',
      [{ ...x(1, [1]), parameters: { a: [] } }],
      "parameter 'a' of input 'x' must be a string, a number or a boolean",
    ],
  ])('%s', async (_, inputs, words) => {
    const response = await infer('double', { inputs });
    expect(response.status).toBe(400);
    expect(error(response)).toContain(words);
  });

  test('more strings than a model may be made to wait for', async () => {
    const text = (rows: number): object => ({
      name: 's',
      datatype: 'BYTES',
      shape: [rows, 1],
      data: Array(rows).fill(''),
    });
    const refused = await infer('text', { inputs: [text(65_537)] });
    expect(refused.status).toBe(400);
    expect(error(refused)).toContain('exceed maximum size of 65536; send at most 65536 rows a call');
    expect((await infer('text', { inputs: [text(65_536)] })).status).toBe(200);
  });

  test('a dimension beyond any model beside one of 0', async () => {
    for (const shape of [
      [Number.MAX_SAFE_INTEGER, 0, 1],
      [0, 2 ** 30, 2 ** 30],
    ]) {
      const response = await infer('wide', { inputs: [{ name: 'w', datatype: 'FP32', shape, data: [] }] });
      expect(response.status).toBe(400);
      expect(error(response)).toContain('causes total element count to exceed maximum size');
    }
    const empty = await infer('wide', { inputs: [{ name: 'w', datatype: 'FP32', shape: [3, 0, 5], data: [] }] });
    expect(empty.status).toBe(200);
  });

  test.each([
    ['a body that is no object', [], 'must be a JSON object'],
    ['inputs that are no array', { inputs: {} }, "must have 'inputs'"],
    ['an id that is no string', { id: 7, inputs: [x(1, [1])] }, "'id' must be a string"],
    [
      'an unknown output',
      { inputs: [x(1, [1])], outputs: [{ name: 'z' }] },
      "unexpected inference output 'z' for model 'double', allowed outputs are: y",
    ],
    [
      'an output twice',
      { inputs: [x(1, [1])], outputs: [{ name: 'y' }, { name: 'y' }] },
      "output 'y' already requested",
    ],
    ['outputs that are no array', { inputs: [x(1, [1])], outputs: 'y' }, "'outputs' must be an array"],
  ])('%s', async (_, body, words) => {
    const response = await infer('double', body);
    expect(response.status).toBe(400);
    expect(error(response)).toContain(words);
  });

  test.each([
    ['classification', { outputs: [{ name: 'y', parameters: { classification: 1 } }] }],
    ['sequence', { parameters: { sequence_id: 1, sequence_start: true } }],
    ['shared memory', { outputs: [{ name: 'y', parameters: { shared_memory_region: 'r' } }] }],
    ['triton_', { parameters: { triton_secret: 1 } }],
  ])('the unserved extension %s is refused by name', async (name, more) => {
    const response = await infer('double', { inputs: [x(1, [1])], ...more });
    expect(response.status).toBe(400);
    expect(error(response)).toContain(name);
  });

  test('a hostile name or shape comes back cut', async () => {
    const names = await infer('double', { inputs: [{ ...x(1, [1]), name: 'z'.repeat(1_000_000) }] });
    expect(error(names).length).toBeLessThan(400);
    const shapes = await infer('double', {
      inputs: [{ ...x(1, [1]), shape: Array.from({ length: 100_000 }, () => 1) }],
    });
    expect(error(shapes).length).toBeLessThan(400);
  });
});

describe('compression', () => {
  const body = Buffer.from(JSON.stringify({ inputs: [x(1, [1])] }));

  test.each([
    ['gzip', gzipSync(body)],
    ['deflate', deflateSync(body)],
    ['GZIP', gzipSync(body)],
    ['identity', body],
  ])('a request in %s is read', async (coding, bytes) => {
    expect((await infer('double', bytes, { 'content-encoding': coding })).status).toBe(200);
  });

  test('the JSON length counts decompressed bytes', async () => {
    const header = Buffer.from(
      JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], parameters: { binary_data_size: 4 } }] }),
    );
    const response = await infer('double', gzipSync(Buffer.concat([header, Buffer.from(Float32Array.of(4).buffer)])), {
      'content-encoding': 'gzip',
      'inference-header-content-length': String(header.length),
    });
    expect(json(response)).toMatchObject({ outputs: [{ data: [8] }] });
  });

  test('a bomb, a lie and another coding are refused', async () => {
    const bomb = await infer('double', gzipSync(Buffer.alloc(50_000_000)), { 'content-encoding': 'gzip' });
    expect([bomb.status, error(bomb)]).toEqual([413, expect.stringContaining('10485760')]);
    expect((await infer('double', body, { 'content-encoding': 'gzip' })).status).toBe(400);
    const brotli = await infer('double', body, { 'content-encoding': 'br' });
    expect([brotli.status, error(brotli)]).toEqual([415, expect.stringContaining('gzip, deflate or identity')]);
  });

  test('a large JSON answer is compressed when the client takes it, a small or binary one never', async () => {
    const rows = 10_000;
    const request = {
      inputs: [
        x(
          rows,
          Array.from({ length: rows }, (_, row) => row / 7),
        ),
      ],
    };
    const answer = async (acceptEncoding: string, more = {}): Promise<[string | undefined, ApiResponse]> => {
      const response = await infer('double', { ...request, ...more }, { 'accept-encoding': acceptEncoding });
      return [response.headers['content-encoding'], response];
    };
    const [, plain] = await answer('identity');
    const [gzip, zipped] = await answer('gzip, deflate');
    expect(gzip).toBe('gzip');
    expect(gunzipSync(zipped.body as Uint8Array).toString()).toBe(plain.body);
    const [deflate, deflated] = await answer('gzip;q=0, deflate;q=0.5');
    expect(deflate).toBe('deflate');
    expect(inflateSync(deflated.body as Uint8Array).toString()).toBe(plain.body);
    expect((await answer(''))[0]).toBeUndefined();
    expect((await answer('br, gzip;q=0'))[0]).toBeUndefined();
    expect((await answer('identity, gzip;q=0.5'))[0]).toBeUndefined();
    expect((await answer('gzip', { parameters: { binary_data_output: true } }))[0]).toBeUndefined();
    const small = await infer('double', { inputs: [x(1, [1])] }, { 'accept-encoding': 'gzip' });
    expect(small.headers['content-encoding']).toBeUndefined();
  });
});
