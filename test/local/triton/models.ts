import {
  graph,
  graphAttribute,
  identityModel,
  intAttribute,
  onnxFile,
  tensorProto,
} from '../../core/engine/onnx-file.ts';
import type { ModelFolder } from './triton-process.ts';

/**
 * Rows of numbers: `y` is 2x, `batch` tells each row how many rows ran together with it, and `picked` is the number at a place that the
 * row names, where a place that is not there fails the whole run.
 */
export const rowsModel = (config: string): ModelFolder => ({
  config: `
name: "rows" backend: "onnxruntime"
input [
  { name: "x" data_type: TYPE_FP32 dims: [ -1 ] },
  { name: "at" data_type: TYPE_INT64 dims: [ 1 ] }
]
output [
  { name: "y" data_type: TYPE_FP32 dims: [ -1 ] },
  { name: "batch" data_type: TYPE_INT64 dims: [ 1 ] },
  { name: "picked" data_type: TYPE_FP32 dims: [ 1 ] }
]
${config}`,
  versions: { 1: rowsFile() },
});

const rowsFile = (): Buffer =>
  onnxFile({
    inputs: [
      { name: 'x', datatype: 'FP32', shape: ['rows', 'columns'] },
      { name: 'at', datatype: 'INT64', shape: ['rows', 1] },
    ],
    outputs: [
      { name: 'y', datatype: 'FP32', shape: ['rows', 'columns'] },
      { name: 'batch', datatype: 'INT64', shape: ['rows', 1] },
      { name: 'picked', datatype: 'FP32', shape: ['rows', 1] },
    ],
    initializers: [tensorProto('zero', 'INT64', [1], new BigInt64Array(1))],
    nodes: [
      { op: 'Add', inputs: ['x', 'x'], outputs: ['y'] },
      { op: 'Shape', inputs: ['at'], outputs: ['shape'] },
      { op: 'Gather', inputs: ['shape', 'zero'], outputs: ['count'] },
      { op: 'Expand', inputs: ['count', 'shape'], outputs: ['batch'] },
      { op: 'GatherElements', inputs: ['x', 'at'], outputs: ['picked'], attributes: [intAttribute('axis', 1)] },
    ],
  });

/** Gives every tensor of the given types back; without a batch dimension. */
export const identityFolder = (
  name: string,
  datatypes: readonly Parameters<typeof identityModel>[0][number]['datatype'][],
): ModelFolder => {
  const tensor = (datatype: string, suffix: string): string =>
    `{ name: "${datatype}${suffix}" data_type: TYPE_${datatype === 'BYTES' ? 'STRING' : datatype} dims: [ -1 ] }`;
  return {
    config: `name: "${name}" platform: "onnxruntime_onnx"
      input [ ${datatypes.map((datatype) => tensor(datatype, '')).join(', ')} ]
      output [ ${datatypes.map((datatype) => tensor(datatype, '_out')).join(', ')} ]`,
    versions: { 1: identityModel(datatypes.map((datatype) => ({ name: datatype, datatype, shape: ['n'] }))) },
  };
};

/** Gives the number of rounds back after so many rounds of a loop that does nothing: as slow as it is told to be, at about 1 us a round. */
export const slowModel = (config: string): ModelFolder => ({
  config: `
name: "slow" backend: "onnxruntime" max_batch_size: 1
input { name: "rounds" data_type: TYPE_INT64 dims: 1 }
output { name: "done" data_type: TYPE_INT64 dims: 1 }
${config}`,
  versions: { 1: slowFile() },
});

const loopBody = (): Buffer =>
  graph({
    inputs: [
      { name: 'round', datatype: 'INT64', shape: [] },
      { name: 'go', datatype: 'BOOL', shape: [] },
      { name: 'in', datatype: 'INT64', shape: ['r', 1] },
    ],
    outputs: [
      { name: 'go_on', datatype: 'BOOL', shape: [] },
      { name: 'out', datatype: 'INT64', shape: ['r', 1] },
    ],
    nodes: [
      { op: 'Identity', inputs: ['go'], outputs: ['go_on'] },
      { op: 'Identity', inputs: ['in'], outputs: ['out'] },
    ],
  });

const slowFile = (): Buffer =>
  onnxFile({
    inputs: [{ name: 'rounds', datatype: 'INT64', shape: ['rows', 1] }],
    outputs: [{ name: 'done', datatype: 'INT64', shape: ['rows', 1] }],
    initializers: [
      tensorProto('true', 'BOOL', [], Uint8Array.of(1)),
      tensorProto('scalar', 'INT64', [1], BigInt64Array.of(1n)),
    ],
    nodes: [
      { op: 'Reshape', inputs: ['rounds', 'scalar'], outputs: ['trips'] },
      {
        op: 'Loop',
        inputs: ['trips', 'true', 'rounds'],
        outputs: ['done'],
        attributes: [graphAttribute('body', loopBody())],
      },
    ],
  });
