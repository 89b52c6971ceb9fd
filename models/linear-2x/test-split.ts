import type { ReadTestSplit } from '../test-split.ts';

const SIZE = 2001;

/** y = 2x at 2,001 points from -100 to 100: fifty times as far as training went. */
export const testSplit: ReadTestSplit = () => ({
  dataset: 'y = 2x at 2,001 evenly spaced points from -100 to 100',
  size: SIZE,
  batches: function* () {
    const x = Float32Array.from({ length: SIZE }, (_, index) => (index - 1000) / 10);
    yield { data: x, truth: Array.from(x, (value) => 2 * value) };
  },
});
