import * as z from 'zod';
import type { OnnxGraph } from '../../onnx/onnx-graph.ts';
import type { KerasTensor } from '../conversion.ts';

/** Keras' names of the activation functions that are converted. */
export const activation = z.enum(['linear', 'relu', 'sigmoid', 'tanh', 'softmax']);
const operators = { relu: 'Relu', sigmoid: 'Sigmoid', tanh: 'Tanh' } as const;

/** Puts a value through an activation function; `linear` is none. Softmax is over the last dimension of Keras: of a picture, the channels. */
export function activate(
  graph: OnnxGraph,
  tensor: KerasTensor,
  kind: z.infer<typeof activation>,
  name: string,
): KerasTensor {
  if (kind === 'linear') return tensor;
  const inputs = [tensor.value];
  if (kind !== 'softmax') return { ...tensor, value: graph.node(operators[kind], { name, inputs }) };
  const axis = tensor.shape.length === 3 ? 1 : tensor.shape.length;
  return { ...tensor, value: graph.node('Softmax', { name, inputs, attributes: { axis: { int: axis } } }) };
}
