import * as z from 'zod';
import { shapeText } from '../../../core/tensor/shape-text.ts';
import type { ConvertLayer } from '../conversion.ts';
import { onlyInput } from '../only-input.ts';
import { settings } from '../settings.ts';
import { activate, activation } from './activate.ts';

const denseSettings = z.object({ units: z.int().positive(), use_bias: z.boolean(), activation });

export const dense: ConvertLayer = (conversion) => {
  const { graph, layer, weight } = conversion;
  const { name } = layer.config;
  const { units, use_bias, activation: kind } = settings(layer, denseSettings);
  const { value, shape } = onlyInput(conversion);
  if (shape.length !== 1)
    throw new Error(`Dense ${name} gets ${shapeText(shape)}; only a list of numbers is converted`);
  const kernel = weight('kernel');
  const inputs = [value, graph.initializer(`${name}/kernel`, kernel.shape, kernel.data)];
  if (use_bias) inputs.push(graph.initializer(`${name}/bias`, [units], weight('bias').data));
  const product = { value: graph.node('Gemm', { name, inputs }), shape: [units] };
  return activate(graph, product, kind, `${name}/${kind}`);
};
