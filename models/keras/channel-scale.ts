import * as z from 'zod';
import type { ChannelScale, Conversion } from './conversion.ts';
import type { KerasLayer } from './layers-model.ts';
import { settings } from './settings.ts';

const normalisationSettings = z.object({
  // Keras writes the axis of the channels as -1, or as the 3 that it comes to.
  axis: z.union([z.literal(-1), z.literal(3), z.tuple([z.literal(3)])]),
  epsilon: z.number(),
  center: z.boolean(),
  scale: z.boolean(),
});

/** Batch normalisation by the moving averages, `gamma * (x - mean) / sqrt(variance + epsilon) + beta`, as one product and one sum. */
export function channelScale(layer: KerasLayer, weight: Conversion['weight']): ChannelScale {
  const { epsilon, center, scale } = settings(layer, normalisationSettings);
  const mean = weight('moving_mean').data;
  const gamma = scale ? weight('gamma').data : undefined;
  const beta = center ? weight('beta').data : undefined;
  const factors = Array.from(
    weight('moving_variance').data,
    (variance, channel) => (gamma?.[channel] ?? 1) / Math.sqrt(variance + epsilon),
  );
  return {
    factor: Float32Array.from(factors),
    summand: Float32Array.from(factors, (factor, channel) => (beta?.[channel] ?? 0) - (mean[channel] ?? 0) * factor),
  };
}
