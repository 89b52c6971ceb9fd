import * as z from 'zod';
import type { ConvertLayer } from '../conversion.ts';
import { pictureInput } from '../picture-input.ts';
import { settings } from '../settings.ts';

const globalSettings = z.object({
  data_format: z.literal('channels_last').default('channels_last'),
  keepdims: z.literal(false).default(false),
});

export const globalAveragePooling2d: ConvertLayer = (conversion) => {
  const { graph, layer } = conversion;
  const { name } = layer.config;
  settings(layer, globalSettings);
  const { value, channels } = pictureInput(conversion);
  const pooled = graph.node('GlobalAveragePool', { name: `${name}/pool`, inputs: [value] });
  return { value: graph.node('Flatten', { name, inputs: [pooled] }), shape: [channels] };
};
