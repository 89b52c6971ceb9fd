import { shapeText } from '../../../core/tensor/shape-text.ts';
import type { ConvertLayer } from '../conversion.ts';

export const add: ConvertLayer = ({ graph, layer, inputs }) => {
  const { name } = layer.config;
  const [first, ...others] = inputs;
  if (first === undefined || others.length === 0) throw new Error(`Add ${name} has ${inputs.length} inputs`);
  const { shape } = first;
  const other = others.find((one) => shapeText(one.shape) !== shapeText(shape));
  if (other !== undefined)
    throw new Error(
      `Add ${name} gets ${shapeText(shape)} and ${shapeText(other.shape)}; only equal ones are converted`,
    );
  let sum = first.value;
  for (const [at, { value }] of others.entries()) {
    sum = graph.node('Add', { name: at === others.length - 1 ? name : `${name}/${at + 1}`, inputs: [sum, value] });
  }
  return { value: sum, shape };
};
