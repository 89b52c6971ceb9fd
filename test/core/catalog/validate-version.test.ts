import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Manifest, manifestSchema } from '../../../core/catalog/manifest.ts';
import { validateVersion } from '../../../core/catalog/validate/validate-version.ts';
import type { ValidationResult } from '../../../core/catalog/validation.ts';
import {
  bytes,
  doublingModel,
  type Graph,
  graph,
  graphAttribute,
  identityModel,
  intAttribute,
  number,
  onnxFile,
  tensorAttribute,
  tensorProto,
} from '../engine/onnx-file.ts';
import { doubling, manifest } from '../inference/manifests.ts';

const digest = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

interface Change {
  /** What the bucket holds instead of the registered file. */
  readonly stored?: Uint8Array;
  readonly status?: number;
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** Validates a manifest with its ONNX file, which is served by a bucket of the test's own. */
function validate(
  of: Manifest,
  model: Uint8Array,
  { stored, status = 200, files = {} }: Change = {},
): Promise<ValidationResult> {
  const all: Record<string, Uint8Array> = { [of.artifact]: model, ...files };
  return validateVersion(
    {
      manifest: of,
      files: Object.fromEntries(
        Object.entries(all).map(([name, content]) => [
          name,
          {
            url: `https://bucket.test/${name}?X-Amz-Signature=secret`,
            sha256: digest(content),
            sizeBytes: content.length,
          },
        ]),
      ),
    },
    async (url) => {
      const name = new URL(url as string).pathname.slice(1);
      return new Response(Buffer.from(stored ?? all[name] ?? ''), { status });
    },
  );
}

const reason = async (result: Promise<ValidationResult>): Promise<string> => {
  const verdict = await result;
  if (verdict.valid) throw new Error('was found valid');
  // No URL, and no path of the host.
  expect(verdict.reason).not.toMatch(/secret|https:|(?:\/[\w.+@-]+){2,}/);
  return verdict.reason;
};

const floats = (name: string, shape: (number | string)[]) => ({ name, datatype: 'FP32' as const, shape });
/** x -> y through the given nodes. */
const model = (parts: Partial<Graph>, domains?: string[]): Buffer =>
  onnxFile(
    {
      inputs: [floats('x', ['n', 1])],
      outputs: [floats('y', ['n', 1])],
      nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
      ...parts,
    },
    domains,
  );

describe('a version may serve', () => {
  test('when it answers its sample as promised', async () => {
    expect(await validate(doubling, doublingModel())).toEqual({ valid: true });
  });

  test.each(['FP16', 'INT64', 'BOOL', 'BYTES', 'UINT8'] as const)('with %s tensors', async (datatype) => {
    const data = {
      FP16: [1, -0.5],
      INT64: ['9223372036854775807', 1],
      BOOL: [true, false],
      BYTES: ['a', 'ü'],
      UINT8: [0, 255],
    };
    const tensor = { datatype, shape: [2], data: data[datatype] };
    const of = manifest({
      name: 'echo',
      inputs: [{ name: 'x', datatype, shape: [-1] }],
      outputs: [{ name: 'x_out', datatype, shape: [-1] }],
      sample: { inputs: [{ name: 'x', ...tensor }], outputs: [{ name: 'x_out', ...tensor }], tolerance: 0 },
    });
    expect(await validate(of, identityModel([{ name: 'x', datatype, shape: ['n'] }]))).toEqual({ valid: true });
  });

  test('on a GPU, with and without batching', async () => {
    const instanceType = 'ml.g6.xlarge' as const;
    const batching = { rowsMax: 8, delayUs: 1000 };
    for (const of of [{ batching }, {}]) {
      const target = { kind: 'sagemaker' as const, instanceType, instancesPerGpu: 2, ...of };
      expect(await validate({ ...doubling, target }, doublingModel())).toEqual({ valid: true });
    }
  });

  test('on a GPU, of texts: what makes tokens of them runs before the endpoint is asked', async () => {
    const file = (name: string) => readFileSync(new URL(`../../../models/spam/${name}`, import.meta.url));
    const of = manifestSchema.parse(JSON.parse(file('model.json').toString()));
    const target = { kind: 'sagemaker' as const, instanceType: 'ml.g5.xlarge' as const, instancesPerGpu: 1 };
    const files = { 'vocabulary.txt': file('vocabulary.txt') };
    expect(await validate({ ...of, target }, file('model.onnx'), { files })).toEqual({ valid: true });
  });

  test('with branches and initializers of known operators', async () => {
    const branch = (name: string): Buffer =>
      graph({
        inputs: [],
        outputs: [floats(name, ['n', 1])],
        nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: [name] }],
      });
    const file = model({
      nodes: [
        {
          op: 'If',
          inputs: ['yes'],
          outputs: ['y'],
          attributes: [graphAttribute('then_branch', branch('a')), graphAttribute('else_branch', branch('b'))],
        },
      ],
      initializers: [tensorProto('yes', 'BOOL', [], Uint8Array.of(1))],
    });
    expect(await validate(doubling, file)).toEqual({ valid: true });
  });
});

describe('the reason names the file, the rule and the fix', () => {
  test.each([
    ['is not there', { status: 404 }, 'model.onnx is not in the bucket (status 404); upload it again'],
    [
      'is shorter',
      { stored: doublingModel().subarray(1) },
      /^model.onnx has \d+ bytes where \d+ were registered; upload it again$/,
    ],
    [
      'is longer',
      { stored: Buffer.concat([doublingModel(), Buffer.of(0)]) },
      /^model.onnx has more bytes where \d+ were registered/,
    ],
    [
      'has other bytes',
      { stored: Buffer.alloc(doublingModel().length) },
      /^model.onnx is not the file that was registered: its sha256 is not [0-9a-f]{64}; upload it again$/,
    ],
  ])('when the file %s', async (_, change, words) => {
    expect(await reason(validate(doubling, doublingModel(), change))).toMatch(words);
  });

  test('when a file cannot be fetched', async () => {
    const files = { 'model.onnx': { url: 'https://bucket.test/', sha256: '', sizeBytes: 3 } };
    const failing = validateVersion({ manifest: doubling, files }, () =>
      Promise.reject(new Error('connect ENOENT /run/a/socket')),
    );
    expect(await reason(failing)).toBe('model.onnx could not be fetched within 15 s; try again');
    const none = validateVersion({ manifest: doubling, files: {} }, fetch);
    expect(await reason(none)).toBe('model.onnx is named by the manifest and was not uploaded; add it');
    const huge = { 'model.onnx': { url: 'https://bucket.test/', sha256: '', sizeBytes: 3e9 } };
    expect(await reason(validateVersion({ manifest: doubling, files: huge }, fetch))).toContain('at most 200000000');
  });

  const external = tensorProto(
    'w',
    'FP32',
    [1],
    new Uint8Array(),
    number(14, 1),
    bytes(13, bytes(1, 'location'), bytes(2, '../../etc/passwd')),
  );
  const inLoop = graphAttribute('body', graph({ inputs: [], outputs: [], nodes: [], initializers: [external] }));
  let nest = graph({ inputs: [], outputs: [], nodes: [] });
  for (let depth = 0; depth < 20; depth++) {
    nest = graph({
      inputs: [],
      outputs: [],
      nodes: [{ op: 'If', inputs: [], outputs: [], attributes: [graphAttribute('then_branch', nest)] }],
    });
  }

  test.each([
    [
      'keeps data outside',
      model({ initializers: [external] }),
      "keeps the data of tensor 'w' outside the file; save the model as a single file",
    ],
    [
      'keeps data outside, in a loop',
      model({ nodes: [{ op: 'Loop', inputs: [], outputs: [], attributes: [inLoop] }] }),
      'outside the file',
    ],
    [
      'keeps data outside, in an attribute',
      model({ nodes: [{ op: 'Constant', inputs: [], outputs: [], attributes: [tensorAttribute('value', external)] }] }),
      'outside the file',
    ],
    [
      'imports an unknown domain',
      model({}, ['', 'evil.ops']),
      "uses operators of the domain 'evil.ops'; only those of ONNX Runtime",
    ],
    [
      'has a node of an unknown domain',
      model({ nodes: [{ op: 'Run', inputs: ['x'], outputs: ['y'], domain: 'evil.ops' }] }),
      "'evil.ops'",
    ],
    [
      'has functions of an unknown domain',
      Buffer.concat([doublingModel(), bytes(25, bytes(10, 'evil.ops'))]),
      "'evil.ops'",
    ],
    ['has training graphs', Buffer.concat([doublingModel(), bytes(20, '')]), 'training graphs'],
    ['has two graphs', Buffer.concat([doublingModel(), bytes(7, '')]), 'has 2 graphs instead of one'],
    ['is empty', Buffer.alloc(0), 'has 0 graphs instead of one'],
    ['is text', Buffer.from('hello world, I am a model'), 'is no ONNX model'],
    [
      'is nested too deep',
      Buffer.concat([number(1, 8), bytes(8, bytes(1, ''), number(2, 17)), bytes(7, nest)]),
      'nests graphs more than 16 deep',
    ],
    [
      'has an unknown operator',
      model({ nodes: [{ op: 'Evil', inputs: ['x'], outputs: ['y'] }] }),
      'cannot be loaded by ONNX Runtime',
    ],
  ])('when the model %s', async (_, file, words) => {
    const got = await reason(validate(doubling, file));
    expect(got).toContain(words);
    expect(got.startsWith('model.onnx ')).toBe(true);
  });

  test.each([
    [
      'names another input',
      { inputs: [{ name: 'z', datatype: 'FP32', shape: [-1, 1] }] },
      "the model has no input 'z'; its inputs are 'x'",
    ],
    [
      'has another datatype',
      { inputs: [{ name: 'x', datatype: 'INT64', shape: [-1, 1] }] },
      "input 'x' is float32 in the model, INT64 in the manifest",
    ],
    [
      'has another rank',
      { outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }] },
      "output 'y' has shape [-1,1] in the model, [-1] in the manifest",
    ],
    [
      'leaves a fixed dimension open',
      { inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, -1] }] },
      "input 'x' has shape [-1,1] in the model, [-1,-1] in the manifest",
    ],
  ] as const)('when the manifest %s', async (_, change, words) => {
    const of = { ...doubling, ...(change as unknown as Partial<Manifest>) };
    expect(await reason(validate(of, doublingModel()))).toBe(
      `model.onnx does not fit the manifest: ${words}; correct one of them`,
    );
  });

  const sample = doubling.sample;
  test.each([
    [
      'promises another answer',
      { outputs: [{ name: 'y', datatype: 'FP32', shape: [2, 1], data: [2, 5.5] }] },
      "promises another answer to its sample: output 'y', element 1 is 5 instead of 5.5 (tolerance 0)",
    ],
    [
      'promises another shape',
      { outputs: [{ name: 'y', datatype: 'FP32', shape: [1, 1], data: [2] }] },
      'shape [2,1] instead of [1,1]',
    ],
    ['does not fit', { inputs: [{ name: 'x', datatype: 'FP32', shape: [3, 1], data: [1] }] }, 'Shape does not match'],
    [
      'names another input',
      { inputs: [{ name: 'z', datatype: 'FP32', shape: [1, 1], data: [1] }] },
      "'z' among its inputs",
    ],
  ])('when the sample %s', async (_, change, words) => {
    const of = { ...doubling, sample: { ...sample, ...(change as Partial<Manifest['sample']>) } };
    const got = await reason(validate(of, doublingModel()));
    expect(got).toContain(words);
    expect(got.startsWith('model.json ')).toBe(true);
  });

  test('within the tolerance it is fine', async () => {
    const outputs = [{ name: 'y', datatype: 'FP32' as const, shape: [2, 1], data: [2.05, 5] }];
    expect(await validate({ ...doubling, sample: { ...sample, outputs, tolerance: 0.1 } }, doublingModel())).toEqual({
      valid: true,
    });
  });

  const image = {
    task: 'image-classification',
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1, 2, 2] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 2] }],
    labels: ['a', 'b'],
    scores: 'logits',
    preprocessing: {
      kind: 'image',
      width: 2,
      height: 2,
      channels: 1,
      layout: 'NCHW',
      fit: 'fill',
      mean: [0],
      std: [1],
    },
  } as const;
  const textual = {
    ...image,
    task: 'text-classification',
    inputs: [{ name: 'x', datatype: 'INT64', shape: [-1, 3] }],
    preprocessing: {
      kind: 'text',
      vocabulary: 'words.txt',
      pattern: '\\w+',
      length: 3,
      paddingToken: '<pad>',
      unknownToken: '<unk>',
    },
  } as const;
  test.each([
    ['preprocessing for tensors', { preprocessing: image.preprocessing }, "the task 'tensor' does not use"],
    ['an input twice', { inputs: [...doubling.inputs, ...doubling.inputs] }, 'names one of its inputs twice'],
    ['no labels', { ...image, labels: undefined }, 'needs labels'],
    ['no scores', { ...image, scores: undefined }, "needs scores ('logits' or 'probabilities')"],
    ['no preprocessing', { ...image, preprocessing: undefined }, "needs preprocessing of kind 'image'"],
    [
      'preprocessing of another kind',
      { ...textual, preprocessing: image.preprocessing },
      "needs preprocessing of kind 'text'",
    ],
    [
      'more labels than classes',
      { ...image, labels: ['a', 'b', 'c'] },
      "has 3 labels, but its first output 'y' has shape [-1,2] instead of [rows,3]",
    ],
    [
      'integer scores',
      { ...image, outputs: [{ name: 'y', datatype: 'INT64', shape: [-1, 2] }] },
      'must be FP32 or FP64',
    ],
    [
      'too few means',
      { ...image, preprocessing: { ...image.preprocessing, channels: 3 } },
      'one mean and one std for each of 3 channels',
    ],
    [
      'the other layout',
      { ...image, preprocessing: { ...image.preprocessing, layout: 'NHWC' } },
      'with shape [1,2,2,1], which its declared shape [-1,1,2,2] does not take',
    ],
    [
      'a picture as integers',
      { ...image, inputs: [{ ...image.inputs[0], datatype: 'UINT8' }] },
      'prepares pictures as FP32',
    ],
    [
      'texts as floats',
      { ...textual, inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 3] }] },
      'prepares texts as INT32 or INT64',
    ],
    ['another length', { ...textual, preprocessing: { ...textual.preprocessing, length: 4 } }, 'with shape [1,4]'],
    [
      'a broken pattern',
      { ...textual, preprocessing: { ...textual.preprocessing, pattern: '(' } },
      'no regular expression',
    ],
    [
      'two inputs',
      { ...image, inputs: [image.inputs[0], { name: 'z', datatype: 'FP32', shape: [1] }] },
      'has 2 inputs',
    ],
  ])('when the manifest has %s', async (_, change, words) => {
    const of = { ...doubling, ...(change as unknown as Partial<Manifest>) };
    const got = await reason(validate(of, doublingModel()));
    expect(got).toContain(words);
    expect(got.startsWith('model.json ')).toBe(true);
  });

  const gpu = { kind: 'sagemaker', instanceType: 'ml.g5.xlarge', instancesPerGpu: 1 };
  const batching = { rowsMax: 4, delayUs: 0 };
  const y = (shape: number[]) => [{ name: 'y', datatype: 'FP32', shape }];
  test.each([
    [
      'batching, and an output that is not of rows',
      { target: { ...gpu, batching }, outputs: y([1, 1]) },
      'must begin with -1',
    ],
    [
      'batching, and an input of nothing but rows',
      { target: { ...gpu, batching }, inputs: [{ name: 'x', datatype: 'FP32', shape: [-1] }] },
      "'x' has shape [-1]; Triton wants a dimension below the rows",
    ],
    [
      'batching, and a sample of more rows than a batch',
      { target: { ...gpu, batching: { rowsMax: 1, delayUs: 0 } } },
      'has a sample of 2 rows, and batches of at most 1; shorten the sample or raise rowsMax',
    ],
    ['a GPU, and a scalar', { target: gpu, outputs: y([]) }, "the scalar 'y'"],
    ['a GPU, and a dimension of 0', { target: gpu, outputs: y([-1, 0]) }, 'Triton takes no dimension of 0'],
    ['a GPU, and labels of two lines', { target: gpu, labels: ['a\nb'] }, 'Triton reads one label a line'],
  ])('when the manifest has %s', async (_, change, words) => {
    const of = { ...doubling, ...(change as unknown as Partial<Manifest>) };
    const got = await reason(validate(of, doublingModel()));
    expect(got).toContain(words);
    expect(got.startsWith('model.json ')).toBe(true);
  });

  test('when a model for GPUs fixes an output that its file leaves open, which only Triton minds', async () => {
    const rows = (shape: number[]) => ({ name: 'y', datatype: 'FP32' as const, shape, data: [2] });
    const of: Manifest = {
      ...doubling,
      outputs: [{ name: 'y', datatype: 'FP32', shape: [1, 1] }],
      sample: { ...sample, inputs: [{ ...rows([1, 1]), name: 'x', data: [1] }], outputs: [rows([1, 1])] },
    };
    expect(await validate(of, doublingModel())).toEqual({ valid: true });
    expect(await reason(validate({ ...of, target: gpu as Manifest['target'] }, doublingModel()))).toBe(
      "model.onnx does not fit the manifest: output 'y' has shape [-1,1] in the model, [1,1] in the manifest, and Triton wants the same; correct one of them",
    );
  });

  test('when the vocabulary lacks a token', async () => {
    const of = { ...doubling, ...(textual as unknown as Partial<Manifest>) };
    const got = await reason(validate(of, doublingModel(), { files: { 'words.txt': Buffer.from('<pad>\nwin\n') } }));
    expect(got).toBe("words.txt lacks the unknown token '<unk>'; the manifest reads one token a line from it");
  });
});

describe('a hostile model gets a reason and the sandbox lives', () => {
  test('a shape bomb', async () => {
    const file = model({
      nodes: [
        { op: 'ConstantOfShape', inputs: ['shape'], outputs: ['huge'] },
        { op: 'ReduceSum', inputs: ['huge'], outputs: ['sum'], attributes: [intAttribute('keepdims', 0)] },
        { op: 'Add', inputs: ['x', 'sum'], outputs: ['y'] },
      ],
      initializers: [tensorProto('shape', 'INT64', [1], BigInt64Array.of(10_000_000_000_000n))],
    });
    expect(await reason(validate(doubling, file))).toMatch(/cannot be loaded|fails on/);
  });

  test('a model cut anywhere', async () => {
    const whole = doublingModel();
    for (let length = 0; length < whole.length; length++) await reason(validate(doubling, whole.subarray(0, length)));
  });

  test('a model changed anywhere, and random bytes', async () => {
    const whole = doublingModel();
    const change = fc.record({ at: fc.nat({ max: whole.length - 1 }), byte: fc.nat({ max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 5 }), async (changes) => {
        const file = Buffer.from(whole);
        for (const { at, byte } of changes) file[at] = byte;
        const verdict = await validate(doubling, file);
        if (!verdict.valid) expect(verdict.reason).toMatch(/^model\.(onnx|json) /);
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (random) => {
        await reason(validate(doubling, random));
      }),
      { numRuns: 300 },
    );
  });
});
