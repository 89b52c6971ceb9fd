import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeImage } from '../../core/task/image-classification/decode-image.ts';
import { normalise } from '../../core/task/image-classification/normalise.ts';
import { uniform } from '../../core/tensor/uniform.ts';
import type { ReadReference } from '../reference.ts';
import { tfjsModel } from './tfjs-model.ts';

const models = fileURLToPath(new URL('..', import.meta.url));
const folders = ['moderation/sample', 'resnet50/sample', 'fashion/sample'];

/** TensorFlow.js with the same weights, on the sample pictures of the catalogue and on noise. */
export const reference: ReadReference = async ({ preprocessing }) => {
  if (preprocessing?.kind !== 'image') throw new Error('the manifest has no preprocessing of images');
  const files = folders.flatMap((folder) =>
    readdirSync(`${models}${folder}`)
      .filter((file) => /\.(jpg|png)$/.test(file))
      .sort()
      .map((file) => `${models}${folder}/${file}`),
  );
  const expected = await tfjsModel();
  // Both take the same numbers, each in its own order.
  const both = (pixels: Uint8Array): { input: Float32Array; expected: Float32Array } => ({
    input: normalise(pixels, preprocessing),
    expected: expected(normalise(pixels, { ...preprocessing, layout: 'NHWC' })),
  });
  return {
    dataset:
      'agreement with TensorFlow.js 4.22 on the same weights, not with the truth: largest difference of a probability, on sample pictures of the catalogue and on noise',
    size: files.length + 2,
    cases: async function* () {
      for (const file of files) yield both(await decodeImage(readFileSync(file), preprocessing));
      for (const seed of [1, 2]) yield both(Uint8Array.from(uniform(seed, 3 * 224 * 224), (value) => value * 256));
    },
  };
};
