import * as z from 'zod';
import type { Conversion, KerasTensor } from '../conversion.ts';
import { pictureInput } from '../picture-input.ts';
import { settings } from '../settings.ts';
import { placeWindow, windowSettings, windowSize } from '../window.ts';
import { activate, activation } from './activate.ts';

const convolutionSettings = windowSettings.extend({
  kernel_size: windowSize,
  dilation_rate: windowSize.default([1, 1]),
  use_bias: z.boolean(),
  activation,
});

/** Convolution weights as ONNX has them. */
interface Kernel {
  /** `[channels out, channels in of a group, height, width]`, row-major. */
  readonly data: Float32Array;
  readonly channelsOut: number;
  readonly groups: number;
}

/** A convolution of any kind: with the batch normalisation that follows it, the padding before it and its activation function. */
export function convolution(conversion: Conversion, { data, channelsOut, groups }: Kernel): KerasTensor {
  const { graph, layer, weight, takeNormalisation } = conversion;
  const { name } = layer.config;
  const { kernel_size, strides, dilation_rate, padding, use_bias, ...after } = settings(layer, convolutionSettings);
  const { value, height, width, channels, padding: before } = pictureInput(conversion);

  const bias = new Float32Array(channelsOut);
  if (use_bias) bias.set(weight('bias').data);
  const normalisation = after.activation === 'linear' ? takeNormalisation() : undefined;
  if (normalisation !== undefined) {
    const perChannel = data.length / channelsOut;
    for (let at = 0; at < data.length; at++) {
      data[at] = (data[at] ?? 0) * (normalisation.factor[Math.floor(at / perChannel)] ?? 1);
    }
    for (let channel = 0; channel < channelsOut; channel++) {
      const factor = normalisation.factor[channel] ?? 1;
      bias[channel] = (bias[channel] ?? 0) * factor + (normalisation.summand[channel] ?? 0);
    }
  }
  const placed = placeWindow(height, width, { size: kernel_size, strides, dilation: dilation_rate, padding });
  const pads = (['top', 'left', 'bottom', 'right'] as const).map(
    (side) => placed.padding[side] + (before?.[side] ?? 0),
  );
  const dims = [channelsOut, channels / groups, ...kernel_size];
  const convolved = graph.node('Conv', {
    name,
    inputs: [
      value,
      graph.initializer(`${name}/kernel`, dims, data),
      graph.initializer(`${name}/bias`, [channelsOut], bias),
    ],
    attributes: { kernel_shape: kernel_size, strides, dilations: dilation_rate, pads, group: { int: groups } },
  });
  const shape = [placed.height, placed.width, channelsOut];
  return activate(graph, { value: convolved, shape }, after.activation, `${name}/${after.activation}`);
}
