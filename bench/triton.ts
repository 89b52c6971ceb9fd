import { OnnxGraph } from '../models/onnx/onnx-graph.ts';
import { inferCall } from '../test/local/triton/infer-call.ts';
import { repository, TritonProcess } from '../test/local/triton/triton-process.ts';
import { load } from './load.ts';

/** Requests per second at 16 connections, of the same server and model. */
export interface BatchingComparison {
  readonly withoutPerSecond: number;
  readonly withPerSecond: number;
}

const steps = 64;
const features = 64;
const hidden = 256;
const rowsMax = 16;

/**
 * What dynamic batching is worth to the local model server: a small recurrent model over 64 tokens of 64 numbers, one row a request,
 * once with `dynamic_batching` in its configuration and once without. Recurrent models gain, as a step for 16 rows costs little more
 * than one for a single row; convolutions on a CPU gain nothing.
 *
 * @param seconds of each of the two measurements, after a warm-up
 */
export async function benchBatching(seconds = 5): Promise<BatchingComparison> {
  return {
    withoutPerSecond: await requestsPerSecond('', seconds),
    withPerSecond: await requestsPerSecond('dynamic_batching { }', seconds),
  };
}

async function requestsPerSecond(batching: string, seconds: number): Promise<number> {
  const config = `name: "recurrent" backend: "onnxruntime" max_batch_size: ${rowsMax} ${batching}
    input { name: "tokens" data_type: TYPE_FP32 dims: [ ${steps}, ${features} ] }
    output { name: "scores" data_type: TYPE_FP32 dims: [ ${hidden} ] }
    instance_group { count: 1 kind: KIND_CPU }`;
  const triton = await TritonProcess.start(repository({ recurrent: { config, versions: { 1: recurrentModel() } } }));
  try {
    const data = new Uint8Array(wave(steps * features).buffer);
    const call = inferCall([{ name: 'tokens', datatype: 'FP32', shape: [1, steps, features], data }], {
      parameters: { binary_data_output: true },
    });
    const target = { url: `${await triton.url()}/invocations`, ...call, connections: 16 };
    await load({ ...target, seconds: 1 });
    return (await load({ ...target, seconds })).requestsPerSecond;
  } finally {
    await triton.remove();
  }
}

/** A GRU, and the mean of what it gives at each step. */
function recurrentModel(): Uint8Array {
  const graph = new OnnxGraph('recurrent');
  const tokens = graph.input({ name: 'tokens', shape: [steps, features] });
  const weights = graph.initializer('w', [1, 3 * hidden, features], wave(3 * hidden * features));
  const recurrence = graph.initializer('r', [1, 3 * hidden, hidden], wave(3 * hidden * hidden));
  // [rows, steps, features] to [steps, rows, features], and from [steps, 1, rows, hidden] to [rows, hidden].
  const inOrder = graph.node('Transpose', { name: 'in_order', inputs: [tokens], attributes: { perm: [1, 0, 2] } });
  const states = graph.node('GRU', {
    name: 'states',
    inputs: [inOrder, weights, recurrence],
    attributes: { hidden_size: { int: hidden } },
  });
  const mean = graph.node('ReduceMean', {
    name: 'mean',
    inputs: [states],
    attributes: { axes: [0, 1], keepdims: { int: 0 } },
  });
  graph.output({ name: 'scores', shape: [hidden] }, mean);
  return graph.encode();
}

/** Numbers between -0.1 and 0.1, always the same. */
const wave = (count: number): Float32Array => Float32Array.from({ length: count }, (_, index) => Math.sin(index) / 10);
