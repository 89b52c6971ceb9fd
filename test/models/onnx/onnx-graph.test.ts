import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { OnnxGraph } from '../../../models/onnx/onnx-graph.ts';
import { readInitializers } from '../../../models/onnx/read-initializers.ts';

/** y = 3x + 1, with the constants in a view that is not aligned. */
function line(): OnnxGraph {
  const graph = new OnnxGraph('line');
  const x = graph.input({ name: 'x', shape: [2] });
  const constants = Float32Array.of(0, 3, 1);
  const slope = graph.initializer('slope', [], constants.subarray(1, 2));
  const offset = graph.initializer('offset', [1], constants.subarray(2));
  const product = graph.node('Mul', { name: 'product', inputs: [x, slope] });
  graph.output({ name: 'y', shape: [2] }, graph.node('Add', { name: 'sum', inputs: [product, offset] }));
  return graph;
}

test('a graph runs, with the names that it was given and a batch of any size', async () => {
  const session = await InferenceSession.create(line().encode(), { intraOpNumThreads: 1 });
  expect(session.inputMetadata).toEqual([{ name: 'x', isTensor: true, type: 'float32', shape: ['batch', 2] }]);
  expect(session.outputMetadata).toEqual([{ name: 'y', isTensor: true, type: 'float32', shape: ['batch', 2] }]);
  for (const rows of [1, 3]) {
    const x = Float32Array.from({ length: 2 * rows }, (_, at) => at);
    const { y } = await session.run({ x: new Tensor('float32', x, [rows, 2]) });
    expect(y?.data).toEqual(x.map((value) => 3 * value + 1));
  }
});

test('the same calls make the same bytes', () => {
  expect(line().encode()).toEqual(line().encode());
});

test('constants are read back', () => {
  expect(readInitializers(line().encode())).toEqual(
    new Map([
      ['slope', { dims: [], data: Float32Array.of(3) }],
      ['offset', { dims: [1], data: Float32Array.of(1) }],
    ]),
  );
});

test('an operator before its input, a name twice and a constant of another size are mistakes', () => {
  const graph = line();
  expect(() => graph.node('Relu', { name: 'relu', inputs: ['later'] })).toThrow('takes later, which nothing before it');
  expect(() => graph.node('Relu', { name: 'sum', inputs: ['x'] })).toThrow('sum is in the graph already');
  expect(() => graph.initializer('w', [2, 3], new Float32Array(5))).toThrow('w has 5 elements, its shape [2,3] 6');
});
