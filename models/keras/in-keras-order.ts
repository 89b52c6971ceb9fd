import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import type { KerasTensor } from './conversion.ts';

/**
 * The value with its elements in Keras' order, for what reads them one after the other. Where a picture is a single pixel, both
 * orders are the same.
 *
 * @param name of the layer that wants it
 */
export function inKerasOrder(graph: OnnxGraph, { value, shape }: KerasTensor, name: string): string {
  const [height, width] = shape;
  if (shape.length !== 3 || (height === 1 && width === 1)) return value;
  return graph.node('Transpose', {
    name: `${name}/in-keras-order`,
    inputs: [value],
    attributes: { perm: [0, 2, 3, 1] },
  });
}
