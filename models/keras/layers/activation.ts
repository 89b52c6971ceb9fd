import * as z from 'zod';
import type { ConvertLayer } from '../conversion.ts';
import { onlyInput } from '../only-input.ts';
import { settings } from '../settings.ts';
import { activate, activation as kind } from './activate.ts';

const activationSettings = z.object({ activation: kind });
const softmaxSettings = z.object({ axis: z.literal(-1).default(-1) });

export const activation: ConvertLayer = (conversion) => {
  const { graph, layer } = conversion;
  return activate(graph, onlyInput(conversion), settings(layer, activationSettings).activation, layer.config.name);
};

export const softmax: ConvertLayer = (conversion) => {
  const { graph, layer } = conversion;
  settings(layer, softmaxSettings);
  return activate(graph, onlyInput(conversion), 'softmax', layer.config.name);
};
