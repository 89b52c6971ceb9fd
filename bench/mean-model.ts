import { bytes, number, onnxFile } from '../test/core/engine/onnx-file.ts';
import { manifest } from '../test/core/inference/manifests.ts';

/**
 * A model that costs next to nothing, so that what is around it can be seen: the mean over all but the batch dimension, as a classifier of
 * one output would give it.
 *
 * @param shape of its input, the batch dimension (-1) first
 */
export function meanModel(shape: readonly number[]) {
  const name = (dimension: number, index: number) => (dimension === -1 ? `d${index}` : dimension);
  const file = onnxFile({
    inputs: [{ name: 'x', datatype: 'FP32', shape: shape.map(name) }],
    outputs: [
      { name: 'y', datatype: 'FP32', shape: shape.map((dimension, at) => (at === 0 ? name(dimension, 0) : 1)) },
    ],
    // AttributeProto: name, ints (field 8), type (field 20) INTS.
    nodes: [
      {
        op: 'ReduceMean',
        inputs: ['x'],
        outputs: ['y'],
        attributes: [
          Buffer.concat([bytes(1, 'axes'), ...shape.slice(1).map((_, at) => number(8, at + 1)), number(20, 7)]),
        ],
      },
    ],
  });
  return {
    file,
    manifest: manifest({
      name: 'mean',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [...shape] }],
      outputs: [{ name: 'y', datatype: 'FP32', shape: shape.map((_, at) => (at === 0 ? -1 : 1)) }],
    }),
  };
}
