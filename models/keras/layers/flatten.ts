import type { ConvertLayer } from '../conversion.ts';
import { inKerasOrder } from '../in-keras-order.ts';
import { onlyInput } from '../only-input.ts';

export const flatten: ConvertLayer = (conversion) => {
  const { graph, layer } = conversion;
  const { name } = layer.config;
  const input = onlyInput(conversion);
  const length = input.shape.reduce((product, size) => product * size, 1);
  return { value: graph.node('Flatten', { name, inputs: [inKerasOrder(graph, input, name)] }), shape: [length] };
};
