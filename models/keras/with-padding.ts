import type { OnnxGraph } from '../onnx/onnx-graph.ts';
import type { KerasTensor } from './conversion.ts';

/** The tensor with its zeros around it, for what does not bring them itself. */
export function withPadding(graph: OnnxGraph, { value, shape, padding }: KerasTensor, name: string): KerasTensor {
  if (padding === undefined) return { value, shape };
  const { top, left, bottom, right } = padding;
  const amounts = BigInt64Array.from([0, 0, top, left, 0, 0, bottom, right], BigInt);
  const pads = graph.initializer(`${name}/pads`, [8], amounts);
  return { value: graph.node('Pad', { name, inputs: [value, pads] }), shape };
}
