import { uniform } from '../../core/tensor/uniform.ts';

/** How weights are asked for: by their shape (outputs first) and by what shall become of the signal's size. */
export type Weights = (dims: readonly number[], gain: number) => Float32Array;

/**
 * Weights that were never trained: spread evenly around 0, one long series in the order of asking. With gain 1 a convolution keeps the
 * mean square of its input where that comes out of a ReLU, by the limit of He et al., "Delving Deep into Rectifiers", 2015
 * (https://arxiv.org/abs/1502.01852): variance 2 over the number of inputs, which an even spread up to sqrt(6 / inputs) has.
 *
 * Only integer arithmetic, sums, products and the square root, which IEEE 754 rounds exactly: the same bytes on every machine.
 */
export function seededWeights(seed: number): Weights {
  let drawn = 0;
  return (dims, gain) => {
    const count = dims.reduce((product, size) => product * size, 1);
    const limit = gain * Math.sqrt((6 * (dims[0] ?? 1)) / count);
    const values = uniform(seed, count, drawn);
    drawn += count;
    for (let index = 0; index < count; index++) values[index] = ((values[index] ?? 0) * 2 - 1) * limit;
    return values;
  };
}
