import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ArtifactUpload } from '../../../core/catalog/artifact-transfer.ts';
import type { Manifest } from '../../../core/catalog/manifest.ts';
import { type Platform, startPlatform } from '../platform.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
beforeEach(() => {
  platform.validator.verdict = async () => ({ valid: true });
});
afterAll(() => platform.stop());

interface Pushed {
  readonly model: string;
  readonly version: string;
  readonly state: string;
  readonly uploads: Readonly<Record<string, ArtifactUpload>>;
}
interface Checked {
  readonly version: string;
  readonly state: string;
  readonly reason?: string;
  readonly live: boolean;
}
interface Problem {
  readonly detail: string;
}
type Files = Readonly<Record<string, { readonly sha256: string; readonly sizeBytes: number }>>;

const manifest = (name: string, changes: Partial<Manifest> = {}): Manifest => ({
  name,
  task: 'tensor',
  description: 'Doubles.',
  license: 'Apache-2.0',
  source: 'Made here.',
  artifact: 'model.onnx',
  target: { kind: 'lambda' },
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 1] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 1] }],
  price: { unit: 'requests' },
  sample: {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [1.1e-300] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [1, 1], data: [2.2e-300] }],
    tolerance: 0.001,
  },
  quality: { dataset: 'none', samples: 1, errorMax: 0 },
  ...changes,
});

const fileOf = (content: string) => ({
  sha256: createHash('sha256').update(content).digest('hex'),
  sizeBytes: Buffer.byteLength(content),
});

const push = <Body = Pushed>(pushed: Manifest, files: Files = { 'model.onnx': fileOf(pushed.name) }) =>
  platform.control<Body>('POST', '/models', { body: { manifest: pushed, files } });
const validate = <Body = Checked>(model: string, version: string) =>
  platform.control<Body>('POST', '/models/{model}/versions/{version}/validate', { params: { model, version } });
const show = (model: string) => platform.control('GET', '/models/{model}', { params: { model } });
const upload = ({ uploads }: Pushed): void => {
  for (const target of Object.values(uploads)) platform.artifacts.put(target);
};

/** Pushes, uploads and checks. */
async function release(pushed: Manifest, files?: Files): Promise<Checked> {
  const { json } = await push(pushed, files);
  upload(json);
  return (await validate(json.model, json.version)).json;
}

test('a model is pushed, uploaded, checked and live', async () => {
  const { status, json } = await push(manifest('whole-way'));
  expect(status).toBe(201);
  const { sha256, sizeBytes } = fileOf('whole-way');
  expect(json).toEqual({
    model: 'whole-way',
    version: '1',
    state: 'UPLOADING',
    uploads: {
      'model.onnx': { url: `https://artifacts.test/put/${sha256}`, headers: { 'content-length': String(sizeBytes) } },
    },
  });
  upload(json);
  const checked = await validate('whole-way', '1');
  expect([checked.status, checked.json]).toEqual([
    200,
    { model: 'whole-way', version: '1', state: 'READY', live: true },
  ]);
  expect(platform.validator.asked.at(-1)).toEqual({
    manifest: manifest('whole-way'),
    files: { 'model.onnx': { sha256, sizeBytes, url: `https://artifacts.test/get/${sha256}?expires=60` } },
  });
  const { models } = (await platform.control<{ models: object[] }>('GET', '/models')).json;
  expect(models).toContainEqual({ model: 'whole-way', liveVersion: '1', task: 'tensor', description: 'Doubles.' });
  expect((await show('whole-way')).json).toEqual({
    model: 'whole-way',
    liveVersion: '1',
    versions: [
      { version: '1', state: 'READY', files: { 'model.onnx': { sha256, sizeBytes } }, createdAt: expect.any(String) },
    ],
  });
});

test('the same manifest and files, in whatever order, are the same version', async () => {
  const files = { 'model.onnx': fileOf('a'), 'words.txt': fileOf('b') };
  const text = manifest('again', {
    task: 'text-classification',
    preprocessing: {
      kind: 'text',
      vocabulary: 'words.txt',
      pattern: '\\w+',
      length: 8,
      paddingToken: '<pad>',
      unknownToken: '<unk>',
    },
  });
  const first = await push(text, files);
  expect(Object.keys(first.json.uploads)).toEqual(['model.onnx', 'words.txt']);
  const shuffled = Object.fromEntries(Object.entries(text).reverse()) as unknown as Manifest;
  const again = await push(shuffled, { 'words.txt': fileOf('b'), 'model.onnx': fileOf('a') });
  expect(again.status).toBe(200);
  expect(again.json).toMatchObject({ version: '1', state: 'UPLOADING' });
  upload(first.json);
  await validate('again', '1');
  expect((await push(text, files)).json).toEqual({ model: 'again', version: '1', state: 'READY', uploads: {} });
  expect((await push({ ...text, description: 'Other.' }, files)).json).toMatchObject({ version: '2', uploads: {} });
});

test('racing pushes get distinct versions without gaps, and the same one when they are the same', async () => {
  const different = Array.from({ length: 12 }, (_, n) => manifest('race', { description: `Number ${n}.` }));
  const answers = await Promise.all([...different, ...different].map((one) => push(one)));
  const versions = answers.map(({ json }) => Number(json.version));
  expect(versions.slice(12)).toEqual(versions.slice(0, 12));
  expect([...new Set(versions)].sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(12);
});

test('versions are shown newest first, and sorted as numbers', async () => {
  for (let n = 1; n <= 11; n += 1) await push(manifest('many', { description: `Number ${n}.` }));
  const { versions } = (await show('many')).json as { versions: { version: string }[] };
  expect(versions.map(({ version }) => version)).toEqual(['11', '10', '9', '8', '7', '6', '5', '4', '3', '2', '1']);
});

test('a version whose files are not uploaded is not checked, and the answer names them', async () => {
  const asked = platform.validator.asked.length;
  await push(manifest('empty-handed'));
  const { status, json } = await validate<Problem>('empty-handed', '1');
  expect([status, json.detail]).toEqual([409, 'upload model.onnx first; pushing again gives new upload URLs']);
  expect(platform.validator.asked).toHaveLength(asked);
  expect((await show('empty-handed')).json).toMatchObject({ versions: [{ state: 'UPLOADING' }] });
});

test('a version that fails its check says why, does not go live, and can be checked again', async () => {
  platform.validator.verdict = async () => ({ valid: false, reason: 'model.onnx refers to external data' });
  expect(await release(manifest('hostile'))).toEqual({
    model: 'hostile',
    version: '1',
    state: 'FAILED',
    reason: 'model.onnx refers to external data',
    live: false,
  });
  const shown = (await show('hostile')).json;
  expect(shown).toMatchObject({ versions: [{ state: 'FAILED', reason: 'model.onnx refers to external data' }] });
  expect(shown).not.toHaveProperty('liveVersion');
  platform.validator.verdict = async () => ({ valid: true });
  const again = (await validate('hostile', '1')).json;
  expect(again).toEqual({ model: 'hostile', version: '1', state: 'READY', live: true });
  expect((await show('hostile')).json).not.toMatchObject({ versions: [{ reason: expect.anything() }] });
});

test('a check that could not be made changes nothing that a second call would not mend', async () => {
  platform.validator.verdict = async () => {
    throw new Error('ServiceException');
  };
  const { json } = await push(manifest('unlucky'));
  upload(json);
  expect((await validate('unlucky', '1')).status).toBe(500);
  platform.validator.verdict = async () => ({ valid: true });
  expect((await validate('unlucky', '1')).json).toMatchObject({ state: 'READY', live: true });
});

test('live only moves forward: whichever check ends last, and however often one is repeated', async () => {
  const [one, two] = [manifest('forward'), manifest('forward', { description: 'Better.' })];
  for (const pushed of [one, two]) upload((await push(pushed)).json);
  let finishFirst: () => void = () => undefined;
  const held = new Promise<void>((done) => {
    finishFirst = done;
  });
  platform.validator.verdict = async (request) => {
    if (request.manifest.description === one.description) await held;
    return { valid: true };
  };
  const slow = validate('forward', '1');
  expect((await validate('forward', '2')).json).toMatchObject({ state: 'READY', live: true });
  finishFirst();
  expect((await slow).json).toEqual({ model: 'forward', version: '1', state: 'READY', live: false });
  const asked = platform.validator.asked.length;
  expect((await validate('forward', '1')).json).toMatchObject({ state: 'READY', live: false });
  expect(platform.validator.asked).toHaveLength(asked);
  expect((await show('forward')).json).toMatchObject({ liveVersion: '2' });
  const { models } = (await platform.control<{ models: object[] }>('GET', '/models')).json;
  expect(models).toContainEqual({ model: 'forward', liveVersion: '2', task: 'tensor', description: 'Better.' });
});

test('a verdict that comes late does not undo READY', async () => {
  const { json } = await push(manifest('two-checks'));
  upload(json);
  let fail: () => void = () => undefined;
  const held = new Promise<void>((done) => {
    fail = done;
  });
  platform.validator.verdict = async () => {
    await held;
    return { valid: false, reason: 'did not finish within 25 s' };
  };
  const slow = validate('two-checks', '1');
  await expect.poll(async () => (await show('two-checks')).text).toContain('VALIDATING');
  platform.validator.verdict = async () => ({ valid: true });
  expect((await validate('two-checks', '1')).json).toMatchObject({ state: 'READY' });
  fail();
  expect((await slow).json).toEqual({ model: 'two-checks', version: '1', state: 'READY', live: true });
});

test('the files must be exactly those of the manifest', async () => {
  const none = await push<Problem>(manifest('files'), {});
  expect([none.status, none.json.detail]).toEqual([400, 'the manifest names model.onnx, which files lacks']);
  const extra = await push<Problem>(manifest('files'), { 'model.onnx': fileOf('x'), 'more.bin': fileOf('y') });
  expect([extra.status, extra.json.detail]).toEqual([400, 'files has "more.bin", which the manifest does not name']);
  const inherited = await push<Problem>(manifest('files', { artifact: 'constructor' }), {});
  expect(inherited.json.detail).toBe('the manifest names constructor, which files lacks');
  expect((await show('files')).status).toBe(404);
});

test('a file cannot be given another size than the stored one of its digest', async () => {
  platform.artifacts.stored.set(fileOf('sized').sha256, 5);
  const { status, json } = await push<Problem>(manifest('sized'), {
    'model.onnx': { ...fileOf('sized'), sizeBytes: 6 },
  });
  expect([status, json.detail]).toEqual([400, 'model.onnx has 5 bytes with this sha256, and not 6']);
});

test('what is too large is 413 with both numbers', async () => {
  const file = { sha256: 'a'.repeat(64), sizeBytes: 200_000_001 };
  const large = await push<Problem>(manifest('large'), { 'model.onnx': file });
  expect([large.status, large.json.detail]).toEqual([
    413,
    'the files of large have 200000001 bytes together; they may have 200000000',
  ]);
  const labels = Array.from({ length: 100 }, () => 'x'.repeat(1100));
  const wordy = await push<Problem>(manifest('wordy', { labels }));
  expect(wordy.status).toBe(413);
  expect(wordy.json.detail).toMatch(/^the manifest has \d+ bytes as JSON; it may have 100000$/);
  expect((await push(manifest('just'), { 'model.onnx': { ...file, sizeBytes: 200_000_000 } })).status).toBe(201);
});

test('a manifest or a digest that is wrong is refused by field', async () => {
  const wrong: [unknown, Files, RegExp][] = [
    [{ ...manifest('x'), name: 'Not A Name' }, {}, /manifest\.name: lower-case letters/],
    [{ ...manifest('x'), licence: 'MIT' }, {}, /manifest: .*"licence"/],
    [manifest('x'), { 'model.onnx': { sha256: 'ABC', sizeBytes: 1 } }, /files\.model\.onnx\.sha256: 64 hexadecimal/],
    [manifest('x'), { 'model.onnx': { ...fileOf('x'), sizeBytes: 0 } }, /files\.model\.onnx\.sizeBytes/],
    [manifest('x'), { 'model.onnx': { ...fileOf('x'), sizeBytes: 1.5 } }, /files\.model\.onnx\.sizeBytes/],
  ];
  for (const [pushed, files, detail] of wrong) {
    const answer = await push<Problem>(pushed as Manifest, files);
    expect(answer.status).toBe(400);
    expect(answer.json.detail).toMatch(detail);
  }
});

test('an unknown model or version is 404, whatever it looks like', async () => {
  await push(manifest('known'));
  for (const version of ['2', '0', '01', '-1', '1.0', 'latest', '9'.repeat(3000)]) {
    expect((await validate<Problem>('known', version)).status).toBe(404);
  }
  for (const model of ['unknown', 'KNOWN', '../known', 'x'.repeat(5000)]) {
    expect((await validate<Problem>(model, '1')).status).toBe(404);
    expect((await show(model)).status).toBe(404);
  }
});
