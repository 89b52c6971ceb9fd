import { readFileSync } from 'node:fs';
import { uniform } from '../../core/tensor/uniform.ts';
import { readInitializers } from '../onnx/read-initializers.ts';
import type { ReadReference } from '../reference.ts';
import { resnet50 } from './architecture.ts';
import { plainForward } from './plain-forward.ts';

const seeds = [1, 2];

/** The forward pass in plain loops, on noise as bright as normalised pictures are. */
export const reference: ReadReference = async (_, artifact) => {
  const weights = readInitializers(readFileSync(artifact));
  return {
    dataset:
      'not trained, so recognises nothing: largest difference of a logit from a forward pass in plain TypeScript (models/resnet50/plain-forward.ts) on pictures of noise',
    size: seeds.length,
    cases: async function* () {
      for (const seed of seeds) {
        const input = uniform(seed, 3 * resnet50.imageSize ** 2).map((value) => value * 4.7 - 2.1);
        yield { input, expected: plainForward(resnet50, weights, input) };
      }
    },
  };
};
