import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { beforeAll, expect, test } from 'vitest';
import { decodeImage } from '../../../core/task/image-classification/decode-image.ts';
import { normalise } from '../../../core/task/image-classification/normalise.ts';
import { build } from '../../../models/moderation/build.ts';
import { tfjsModel } from '../../../models/moderation/tfjs-model.ts';
import { readManifest } from '../../../models/read-manifest.ts';

const { preprocessing, labels = [] } = readManifest('models/moderation');
if (preprocessing?.kind !== 'image') throw new Error('moderation takes no pictures');

let file: Uint8Array;
let session: InferenceSession;
let original: Awaited<ReturnType<typeof tfjsModel>>;
beforeAll(async () => {
  file = await build(() => {});
  session = await InferenceSession.create(file, { intraOpNumThreads: 1 });
  original = await tfjsModel();
});

test('every machine makes the same file, the one whose digest is recorded', () => {
  const digest = createHash('sha256').update(file).digest('hex');
  expect(digest).toBe('513cd9baa403acbeffa056c87cf290d0dbe02a9572804bf8805c02290c8adbc2');
  expect(readFileSync('models/moderation/model.onnx.sha256', 'utf8')).toBe(`${digest}  model.onnx\n`);
});

test('pictures get the probabilities of TensorFlow.js, in one batch as one by one', async () => {
  // TensorFlow.js takes seconds for each; evaluate.ts compares more.
  const pictures = ['moderation/sample/landscape.jpg', 'resnet50/sample/goldfish.jpg'];
  const pixels = await Promise.all(
    pictures.map((picture) => decodeImage(readFileSync(`models/${picture}`), preprocessing)),
  );
  const length = 3 * 224 * 224;
  const batch = new Float32Array(pictures.length * length);
  for (const [at, picture] of pixels.entries()) batch.set(normalise(picture, preprocessing), at * length);
  const image = new Tensor('float32', batch, [pictures.length, 3, 224, 224]);
  const probabilities = (await session.run({ image })).probabilities?.data as Float32Array;
  for (const [at, picture] of pixels.entries()) {
    const expected = original(normalise(picture, { ...preprocessing, layout: 'NHWC' }));
    expect(expected).toHaveLength(labels.length);
    for (const [label, value] of expected.entries()) {
      expect(Math.abs((probabilities[at * labels.length + label] ?? 0) - value)).toBeLessThan(1e-5);
    }
  }
}, 60_000);

test.each([
  ['landscape', 'Drawing'],
  ['fruit', 'Neutral'],
])('the sample picture %s is called %s', async (name, label) => {
  const pixels = await decodeImage(readFileSync(`models/moderation/sample/${name}.jpg`), preprocessing);
  const image = new Tensor('float32', normalise(pixels, preprocessing), [1, 3, 224, 224]);
  const scores = (await session.run({ image })).probabilities?.data as Float32Array;
  expect(labels[scores.indexOf(Math.max(...scores))]).toBe(label);
});
