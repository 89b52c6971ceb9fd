import * as z from 'zod';
import type { ConvertLayer } from '../conversion.ts';
import { inKerasOrder } from '../in-keras-order.ts';
import { onlyInput } from '../only-input.ts';
import { settings } from '../settings.ts';

const reshapeSettings = z.object({ target_shape: z.array(z.int().min(-1).nullable()) });

export const reshape: ConvertLayer = (conversion) => {
  const { graph, layer } = conversion;
  const { name } = layer.config;
  const { target_shape } = settings(layer, reshapeSettings);
  const input = onlyInput(conversion);
  const length = input.shape.reduce((product, size) => product * size, 1);
  // The size that is left over is -1 to Keras, and null in what TensorFlow.js writes.
  const open = (size: number | null): size is -1 | null => size === null || size === -1;
  const known = target_shape.reduce<number>((product, size) => (open(size) ? product : product * size), 1);
  const shape = target_shape.map((size) => (open(size) ? length / known : size));
  // ONNX's 0 keeps the dimension, here the batch.
  const dims = graph.initializer(`${name}/shape`, [shape.length + 1], BigInt64Array.from([0, ...shape], BigInt));
  const reshaped = graph.node('Reshape', { name, inputs: [inKerasOrder(graph, input, name), dims] });
  if (shape.length !== 3) return { value: reshaped, shape };
  const attributes = { perm: [0, 3, 1, 2] };
  return { value: graph.node('Transpose', { name: `${name}/channels-first`, inputs: [reshaped], attributes }), shape };
};
