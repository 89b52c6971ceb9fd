import { channelScale } from '../channel-scale.ts';
import type { ConvertLayer } from '../conversion.ts';
import { onlyInput } from '../only-input.ts';

/** One that no convolution could take in: `x * factor + summand`. */
export const batchNormalization: ConvertLayer = (conversion) => {
  const { graph, layer, weight } = conversion;
  const { name } = layer.config;
  const { value, shape } = onlyInput(conversion);
  const { factor, summand } = channelScale(layer, weight);
  const dims = shape.length === 3 ? [factor.length, 1, 1] : [factor.length];
  const scaled = graph.node('Mul', {
    name: `${name}/scaled`,
    inputs: [value, graph.initializer(`${name}/factor`, dims, factor)],
  });
  return {
    value: graph.node('Add', { name, inputs: [scaled, graph.initializer(`${name}/summand`, dims, summand)] }),
    shape,
  };
};
