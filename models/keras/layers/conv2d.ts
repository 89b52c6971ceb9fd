import type { ConvertLayer } from '../conversion.ts';
import { transposed } from '../transposed.ts';
import { convolution } from './convolution.ts';

/** Keras keeps the kernel as `[height, width, channels in, channels out]`. */
export const conv2d: ConvertLayer = (conversion) => {
  const kernel = conversion.weight('kernel');
  return convolution(conversion, {
    data: transposed(kernel, [3, 2, 0, 1]),
    channelsOut: kernel.shape[3] ?? 0,
    groups: 1,
  });
};
