import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fp32, inferCall, send, type WireTensor } from './infer-call.ts';
import { identityFolder, rowsModel } from './models.ts';
import { repository, TritonProcess } from './triton-process.ts';

let rows: TritonProcess;
let all: TritonProcess;
let url: string;
let allUrl: string;

const datatypes = [
  ...(['BOOL', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'INT8', 'INT16', 'INT32', 'INT64'] as const),
  ...(['FP16', 'FP32', 'FP64', 'BYTES'] as const),
];

beforeAll(async () => {
  const batching = 'max_batch_size: 4 dynamic_batching { }';
  const labelled = rowsModel(batching);
  const config = labelled.config.replace('name: "y"', 'name: "y" label_filename: "labels.txt"');
  const folder = { ...labelled, config, files: { 'labels.txt': 'cat\ndog\nfish\n' } };
  [rows, all] = await Promise.all([
    TritonProcess.start(repository({ rows: folder })),
    TritonProcess.start(repository({ all: identityFolder('all', datatypes) })),
  ]);
  url = `${await rows.url()}/invocations`;
  allUrl = `${await all.url()}/invocations`;
});

afterAll(() => Promise.all([rows.remove(), all.remove()]));

const at = (...places: bigint[]): WireTensor => ({
  name: 'at',
  datatype: 'INT64',
  shape: [places.length, 1],
  data: places.map(Number),
});
const x = (data: unknown, shape: number[] = [1, 2]): WireTensor => ({ name: 'x', datatype: 'FP32', shape, data });
const raw = async (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) => {
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, error: ((await response.json()) as { error: string }).error };
};
const binaryType = (size: unknown): string =>
  `application/vnd.sagemaker-triton.binary+json;json-header-size=${String(size)}`;

describe('an inference request', () => {
  it('comes as JSON and is answered as JSON, with its id, the model and the version', async () => {
    const { status, contentType, rest, outputs } = await send(url, inferCall([x([[1, 2.5]]), at(1n)], { id: 'a"b' }));
    expect({ status, contentType, rest }).toEqual({
      status: 200,
      contentType: 'application/json',
      rest: { id: 'a"b', model_name: 'rows', model_version: '1' },
    });
    expect(outputs['y']).toEqual({ name: 'y', datatype: 'FP32', shape: [1, 2], data: [2, 5] });
    expect(outputs['picked']?.data).toEqual([2.5]);
  });

  it('comes with binary tensors behind the JSON and is answered so, bit for bit, where it asks', async () => {
    const call = inferCall([x(fp32(1, -0, 3, Number.NaN), [2, 2]), at(0n, 1n)], {
      parameters: { binary_data_output: true },
    });
    const { contentType, outputs } = await send(url, call);
    expect(contentType).toMatch(/^application\/vnd\.sagemaker-triton\.binary\+json;json-header-size=\d+$/);
    expect(outputs['y']?.data).toEqual(fp32(2, -0, 6, Number.NaN));
    expect(outputs['picked']?.data).toEqual(fp32(1, Number.NaN));
  });

  it('mixes both, output by output and in its order, and gets no others', async () => {
    const { outputs } = await send(
      url,
      inferCall([at(0n), x(fp32(4, 5))], {
        outputs: [{ name: 'picked' }, { name: 'y', parameters: { binary_data: true } }],
      }),
    );
    expect(Object.keys(outputs)).toEqual(['picked', 'y']);
    expect(outputs['picked']?.data).toEqual([4]);
    expect(outputs['y']?.data).toEqual(fp32(8, 10));
  });

  it('gets the largest values with their labels when it asks for classes', async () => {
    const classes = { name: 'y', parameters: { classification: 2 } };
    const { outputs } = await send(
      url,
      inferCall([x([0.5, 3, 2, 1, 9, -1], [2, 3]), at(0n, 0n)], { outputs: [classes] }),
    );
    const data = ['6.000000:1:dog', '4.000000:2:fish', '18.000000:1:dog', '2.000000:0:cat'];
    expect(outputs['y']).toEqual({ name: 'y', datatype: 'BYTES', shape: [2, 2], data });
  });

  it('comes in chunks as well', async () => {
    const { body, headers } = inferCall([x(fp32(1, 2)), at(0n)]);
    const status = await new Promise<number>((resolve, reject) => {
      const call = request(url, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      call.on('error', reject);
      for (const byte of body.subarray(0, -1)) call.write(Buffer.of(byte));
      call.end(body.subarray(-1));
    });
    expect(status).toBe(200);
  });

  it('carries every datatype that ONNX Runtime has here, as binary to binary', async () => {
    const bytes: Record<string, Uint8Array> = {
      BOOL: Uint8Array.of(1, 0),
      UINT8: Uint8Array.of(0, 255),
      UINT16: Uint16Array.of(0, 65_535),
      UINT32: Uint32Array.of(0, 2 ** 32 - 1),
      UINT64: BigUint64Array.of(0n, 2n ** 64n - 1n),
      INT8: Int8Array.of(-128, 127),
      INT16: Int16Array.of(-32_768, 32_767),
      INT32: Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
      INT64: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n),
      // 1.5 and infinity.
      FP16: Uint16Array.of(0x3e00, 0x7c00),
      FP32: Float32Array.of(0.1, Number.NEGATIVE_INFINITY),
      FP64: Float64Array.of(0.1, -1e300),
      BYTES: Buffer.concat([Buffer.of(3, 0, 0, 0), Buffer.from('ä!'), Buffer.of(0, 0, 0, 0)]),
    } satisfies Record<string, ArrayBufferView> as unknown as Record<string, Uint8Array>;
    const inputs = datatypes.map((datatype) => {
      const { buffer, byteOffset, byteLength } = bytes[datatype] as Uint8Array;
      return { name: datatype, datatype, shape: [2], data: new Uint8Array(buffer, byteOffset, byteLength) };
    });
    const { status, outputs, rest } = await send(
      allUrl,
      inferCall(inputs, { parameters: { binary_data_output: true } }),
    );
    expect({ status, rest }).toMatchObject({ status: 200 });
    for (const { name, data } of inputs)
      expect([name, outputs[`${name}_out`]?.data]).toEqual([name, new Uint8Array(data)]);
  });

  it('keeps 64-bit integers whole in JSON, both ways, and writes what is no number as Triton does', async () => {
    const values: Record<string, unknown> = {
      BOOL: '[true,false]',
      FP64: '[1e999,-0]',
      BYTES: '["a\\u00e4","\\u4f60"]',
    };
    const data = (datatype: string): unknown =>
      values[datatype] ??
      (datatype === 'INT64'
        ? '[-9223372036854775808,7]'
        : datatype === 'UINT64'
          ? '[18446744073709551615,7]'
          : '[1,2]');
    const described = datatypes
      .map((datatype) =>
        datatype === 'FP16'
          ? `{"name":"FP16","datatype":"FP16","shape":[2],"parameters":{"binary_data_size":4}}`
          : `{"name":"${datatype}","datatype":"${datatype}","shape":[2],"data":${String(data(datatype))}}`,
      )
      .join(',');
    const wanted = datatypes.map((name) => ({ name: `${name}_out`, parameters: { binary_data: name === 'FP16' } }));
    const header = `{"inputs":[${described}],"outputs":${JSON.stringify(wanted)}}`;
    const response = await fetch(allUrl, {
      method: 'POST',
      headers: { 'content-type': binaryType(header.length) },
      body: Buffer.concat([Buffer.from(header), Buffer.of(0, 0x3c, 0, 0)]),
    });
    const text = Buffer.from(await response.arrayBuffer()).toString();
    expect(text).toContain('"data":[-9223372036854775808,7]');
    expect(text).toContain('"data":[18446744073709551615,7]');
    expect(text).toContain('"name":"FP64_out","datatype":"FP64","shape":[2],"data":[Infinity,-0]');
    expect(text).toContain('"data":["aä","你"]');
  });
});

describe('a request that is wrong', () => {
  const cases: readonly [string, () => ReturnType<typeof inferCall>, number, string][] = [
    [
      'names an unknown input',
      () => inferCall([x([1, 2]), at(0n), { ...at(0n), name: 'z' }]),
      400,
      "unexpected inference input 'z' for model 'rows'",
    ],
    [
      'lacks an input',
      () => inferCall([x([1, 2])]),
      400,
      "expected 2 inputs but got 1 inputs for model 'rows'. Got inputs ['x'], but missing required inputs ['at']. Please provide all required inputs.",
    ],
    ['repeats an input', () => inferCall([x([1, 2]), x([1, 2]), at(0n)]), 400, "input 'x' already exists in request"],
    [
      'has another datatype',
      () => inferCall([{ ...x([1, 2]), datatype: 'FP64' }, at(0n)]),
      400,
      "inference input 'x' data-type is 'FP64', but model 'rows' expects 'FP32'",
    ],
    [
      'has no datatype',
      () => inferCall([{ ...x(fp32(1, 2)), datatype: 'FLOAT' }, at(0n)]),
      400,
      "data-type is '<invalid>'",
    ],
    [
      'has another rank',
      () => inferCall([x([1, 2], [2]), at(0n, 0n)]),
      400,
      "unexpected shape for input 'x' for model 'rows'. Expected [-1,-1], got [2]. NOTE: Setting a non-zero max_batch_size",
    ],
    [
      'has rows that do not match',
      () => inferCall([x([1, 2], [2, 1]), at(0n)]),
      400,
      "input 'at' batch size does not match other inputs for 'rows'",
    ],
    [
      'has too many rows',
      () => inferCall([x([1, 2, 3, 4, 5], [5, 1]), at(0n, 0n, 0n, 0n, 0n)]),
      400,
      "inference request batch-size must be <= 4 for 'rows'",
    ],
    [
      'has no rows',
      () => inferCall([x([], [0, 1]), { ...at(), shape: [0, 1] }]),
      400,
      'inference request batch-size must be >= 1',
    ],
    [
      'has too few numbers',
      () => inferCall([x([1]), at(0n)]),
      500,
      "Unable to parse 'data': Shape does not match true shape of 'data' field",
    ],
    [
      'has too many numbers',
      () => inferCall([x([1, 2, 3]), at(0n)]),
      500,
      "Shape does not match true shape of 'data' field",
    ],
    [
      'has a shape of no numbers',
      () => inferCall([{ ...x([1, 2]), shape: [-1, 2] }, at(0n)]),
      500,
      "Unable to parse 'shape': attempt to access JSON non-unsigned-integer as unsigned-integer",
    ],
    [
      'has a shape beyond all bounds',
      () => inferCall([x([1], [2 ** 40, 2 ** 40]), at(0n)]),
      400,
      'causes total element count to exceed maximum size of',
    ],
    [
      'promises more than it brings',
      () => inferCall([x([1], [1, 2 ** 31]), at(0n)]),
      500,
      'Shape does not match true shape',
    ],
    [
      'has words for numbers',
      () => inferCall([x(['1', '2']), at(0n)]),
      500,
      "Unable to parse 'data': attempt to access JSON non-number as double",
    ],
    ['has integers out of range', () => inferCall([x([1, 2]), { ...at(0n), data: [2 ** 70] }]), 500, 'INT64'],
    [
      'has too few bytes',
      () => inferCall([x(fp32(1)), at(0n)]),
      400,
      "input byte size mismatch for input 'x' for model 'rows'. Expected 8, got 4",
    ],
    [
      'has data and bytes',
      () => inferCall([{ ...x([1, 2]), parameters: { binary_data_size: 8 } } as WireTensor, at(0n)]),
      400,
      "Input must set only one of the following fields: 'data', 'binary_data_size' in 'parameters', 'shared_memory_region' in 'parameters'. But set 'data' 'binary_data_size'",
    ],
    ['has no data', () => inferCall([x(undefined), at(0n)]), 400, 'But no field is set'],
    [
      'wants an unknown output',
      () => inferCall([x([1, 2]), at(0n)], { outputs: [{ name: 'z' }] }),
      400,
      "unexpected inference output 'z' for model 'rows'",
    ],
    [
      'wants an output twice',
      () => inferCall([x([1, 2]), at(0n)], { outputs: [{ name: 'y' }, { name: 'y' }] }),
      400,
      "output 'y' already requested",
    ],
    [
      'uses reserved parameters',
      () => inferCall([x([1, 2]), at(0n)], { parameters: { triton_x: 1 } }),
      400,
      "parameter keys starting with 'triton_' are reserved",
    ],
    [
      'has an id that is no string',
      () => inferCall([x([1, 2]), at(0n)], { id: 5 }),
      500,
      "Unable to parse 'id': attempt to access JSON non-string as string",
    ],
    ['fails in the model', () => inferCall([x([1, 2]), at(7n)]), 400, 'onnx runtime error'],
  ];
  it.each(cases)('is told what is the matter when it %s', async (_, call, status, error) => {
    const answer = await send(url, call());
    expect(answer.status).toBe(status);
    expect(answer.contentType).toBe('application/json');
    expect(answer.rest['error']).toContain(error);
  });

  it('has its id before the message, or a word for none', async () => {
    const named = await send(url, inferCall([x([1, 2])], { id: '42' }));
    expect(named.rest['error']).toMatch(/^\[request id: 42\] expected 2 inputs/);
    const unnamed = await send(url, inferCall([x([1, 2])]));
    expect(unnamed.rest['error']).toMatch(/^\[request id: <id_unknown>\] expected 2 inputs/);
  });

  it.each([
    ['no number', binaryType('x'), 'Unable to parse inference header size, got: x'],
    ['nothing', binaryType(''), 'Unable to parse inference header size, got: '],
    ['a negative number', binaryType(-1), 'Unable to parse inference header size, got: -1'],
    ['more than the body', binaryType(100), 'inference header size should be in range (0, 2), got: 100'],
    ['more than 32 bits', binaryType(2 ** 33), 'inference header size should be in range (0, 2), got: 8589934592'],
    [
      'a beginning of something else',
      `text/plain;${binaryType(2)}`,
      "expect MIME type for binary data starts with 'application/vnd.sagemaker-triton.binary+json;json-header-size='",
    ],
  ])('is refused and the server lives on when the header size is %s', async (_, contentType, error) => {
    const answer = await raw('{}', { 'content-type': contentType });
    expect(answer.status).toBe(400);
    expect(answer.error).toContain(error);
    expect((await send(url, inferCall([x([1, 2]), at(0n)]))).status).toBe(200);
  });

  it.each([
    ['is no JSON', '{"inputs":', 'failed to parse the request JSON buffer'],
    ['is no object', '[]', 'attempt to access JSON non-object as object'],
    ['has no inputs', '{}', "Unable to parse 'inputs'"],
    ['nests too deep', `{"inputs":${'['.repeat(200_000)}`, 'JSON nesting depth exceeds maximum allowed limit (100)'],
  ])('is refused when it %s', async (_, body, error) => {
    const answer = await raw(body);
    expect(answer).toMatchObject({ status: 500, error: expect.stringContaining(error) as string });
  });

  it('is refused when bytes are left over or missing', async () => {
    const { body, headers } = inferCall([x(fp32(1, 2)), at(0n)]);
    const more = await send(url, { body: Buffer.concat([body, Buffer.of(1)]), headers });
    expect(more.rest['error']).toBe("unexpected additional input data for model 'rows'");
    const less = await send(url, { body: body.subarray(0, -3), headers });
    expect(less.rest['error']).toBe("unexpected size for input 'x', expecting 3 additional bytes for model 'rows'");
  });

  it('is refused when its strings are not whole', async () => {
    const others = datatypes
      .filter((datatype) => datatype !== 'BYTES')
      .map((datatype) => ({ name: datatype, datatype, shape: [0], data: new Uint8Array(0) }));
    const strings = async (data: Uint8Array, shape = [1]): Promise<unknown> => {
      const inputs = [{ name: 'BYTES', datatype: 'BYTES', shape, data }, ...others];
      return (await send(allUrl, inferCall(inputs, { outputs: [{ name: 'BYTES_out' }] }))).rest['error'];
    };
    expect(await strings(Buffer.of(1, 0, 0, 0, 65))).toBe(undefined);
    expect(await strings(Buffer.of(5, 0, 0))).toContain('incomplete string length indicator for inference input');
    expect(await strings(Buffer.of(5, 0, 0, 0, 65))).toContain(
      'expecting string of length 5 but only 1 bytes available',
    );
    expect(await strings(Buffer.of(0, 0, 0, 0), [2])).toContain(
      "expected 2 string elements for inference input 'BYTES', got 1",
    );
    expect(await strings(Buffer.of(0, 0, 0, 0, 0, 0, 0, 0))).toContain('unexpected number of string elements');
    expect(await strings(Buffer.of(1, 0, 0, 0, 0xff))).toContain('is not UTF-8 text without NUL');
    expect(await strings(Buffer.of(1, 0, 0, 0, 0))).toContain('is not UTF-8 text without NUL');
  });

  it('is refused with 413 when it is larger than SageMaker takes, and the server lives on', async () => {
    const { status } = await fetch(url, { method: 'POST', body: new Uint8Array(25_000_001) });
    expect(status).toBe(413);
    expect((await send(url, inferCall([x([1, 2]), at(0n)]))).status).toBe(200);
  });

  it('is refused with 415 when it is compressed', async () => {
    const { headers, body } = inferCall([x([1, 2]), at(0n)]);
    const { status } = await send(url, { body, headers: { ...headers, 'content-encoding': 'gzip' } });
    expect(status).toBe(415);
  });
});

describe('the server', () => {
  it('answers a ping with nothing but 200, and other methods with 405', async () => {
    const ping = await fetch(url.replace('/invocations', '/ping'));
    expect([ping.status, await ping.text()]).toEqual([200, '']);
    expect((await fetch(url.replace('/invocations', '/ping'), { method: 'POST' })).status).toBe(405);
    expect((await fetch(url)).status).toBe(405);
  });

  it('answers what it does not know with 400, multi-model calls among it', async () => {
    for (const path of ['/', '/v2', '/models', '/invocations/x']) {
      expect((await fetch(url.replace('/invocations', path))).status).toBe(400);
    }
  });

  it('lets every client see its answer, also to a body that it did not ask for', async () => {
    const body = new Uint8Array(5_000_000);
    for (let round = 0; round < 10; round++) {
      expect((await fetch(url.replace('/invocations', '/nowhere'), { method: 'POST', body })).status).toBe(400);
    }
  });

  it('lives on when clients go away in the middle of a request', async () => {
    const { port } = new URL(url);
    for (let round = 0; round < 20; round++) {
      const socket = connect(Number(port), '127.0.0.1');
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      socket.write(`POST /invocations HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{"inputs"`);
      await new Promise<void>((resolve) => setImmediate(resolve));
      socket.destroy();
    }
    expect((await send(url, inferCall([x([1, 2]), at(0n)]))).status).toBe(200);
  });

  it('says on stdout where the model runs, and nothing of what it is sent', async () => {
    expect(rows.printed.stdout).toMatch(
      /"successfully loaded 'rows' version 1: 1 instance\(s\) on (CPU|CUDA), asked for a GPU/,
    );
    await send(url, inferCall([x([1, 2]), at(0n)], { id: 'secret-id' }));
    await send(url, inferCall([x([1, 2])], { id: 'secret-id' }));
    expect(rows.printed.stdout + rows.printed.stderr).not.toContain('secret-id');
    expect(rows.printed.stderr).toBe('');
  });
});
