import type { ConvertLayer } from '../conversion.ts';
import { transposed } from '../transposed.ts';
import { convolution } from './convolution.ts';

/** Keras keeps the kernel as `[height, width, channels in, outputs of each]`, and puts the outputs of one channel side by side. */
export const depthwiseConv2d: ConvertLayer = (conversion) => {
  const kernel = conversion.weight('depthwise_kernel');
  const [, , channels = 0, each = 0] = kernel.shape;
  return convolution(conversion, {
    data: transposed(kernel, [2, 3, 0, 1]),
    channelsOut: channels * each,
    groups: channels,
  });
};
