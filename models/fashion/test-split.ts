import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalise } from '../../core/task/image-classification/normalise.ts';
import type { ReadTestSplit } from '../test-split.ts';
import { readIdx } from './read-idx.ts';

const BATCH = 500;
const DEBIAN_FOLDER = '/usr/share/datasets/fashion-mnist';

/** The 10,000 test pictures of Fashion-MNIST, through the platform's own normalisation. */
export const testSplit: ReadTestSplit = ({ preprocessing }, data = DEBIAN_FOLDER) => {
  if (preprocessing?.kind !== 'image') throw new Error('the manifest has no preprocessing of images');
  const read = (name: string): ReturnType<typeof readIdx> => {
    const path = join(data, name);
    if (!existsSync(path)) {
      throw new Error(
        `no ${path}; install it with: apt-get install -y --no-install-recommends dataset-fashion-mnist ` +
          '(or give the folder of the four IDX files with --data)',
      );
    }
    return readIdx(readFileSync(path));
  };
  const images = read('t10k-images-idx3-ubyte.gz');
  const labels = read('t10k-labels-idx1-ubyte.gz');
  const [size = 0, height = 0, width = 0] = images.shape;
  const pixels = height * width;
  return {
    dataset: 'Fashion-MNIST, its 10,000 test pictures',
    size,
    batches: function* () {
      for (let start = 0; start < size; start += BATCH) {
        const end = Math.min(start + BATCH, size);
        const data = new Float32Array((end - start) * pixels);
        for (let index = start; index < end; index++) {
          const picture = images.data.subarray(index * pixels, (index + 1) * pixels);
          data.set(normalise(picture, preprocessing), (index - start) * pixels);
        }
        yield { data, truth: Array.from(labels.data.subarray(start, end)) };
      }
    },
  };
};
