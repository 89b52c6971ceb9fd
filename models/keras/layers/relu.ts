import * as z from 'zod';
import type { ConvertLayer } from '../conversion.ts';
import { onlyInput } from '../only-input.ts';
import { settings } from '../settings.ts';

const reluSettings = z.object({
  max_value: z.number().nullish(),
  negative_slope: z.literal(0).default(0),
  threshold: z.literal(0).default(0),
});

/** ReLU, with an upper limit or without. */
export const relu: ConvertLayer = (conversion) => {
  const { graph, layer } = conversion;
  const { name } = layer.config;
  const { max_value } = settings(layer, reluSettings);
  const { value, shape } = onlyInput(conversion);
  if (max_value == null) return { value: graph.node('Relu', { name, inputs: [value] }), shape };
  const limit = (which: string, number: number): string =>
    graph.initializer(`${name}/${which}`, [], Float32Array.of(number));
  return { value: graph.node('Clip', { name, inputs: [value, limit('min', 0), limit('max', max_value)] }), shape };
};
