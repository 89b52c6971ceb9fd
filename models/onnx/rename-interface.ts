import onnxProto, { type onnx } from 'onnx-proto';
import type { TensorSpec } from '../../core/catalog/manifest.ts';
import { shapeText } from '../../core/tensor/shape-text.ts';

const { ModelProto, TensorProto } = onnxProto.onnx;

/** The newest file format that onnx-proto reads whole; of newer ones it would lose parts in silence. */
const irVersionMax = 8;
/** Until then, every constant had to be among the inputs too. */
const irVersionMin = 4;

/** What a manifest says of the one input and the one output. */
interface Interface {
  readonly input: TensorSpec;
  readonly output: TensorSpec;
}

/**
 * Gives the one input and the one output of an ONNX model other names, and a batch of any size. What is computed stays.
 *
 * @throws Error when it has several, or their shapes are others but for the batch
 */
export function renameInterface(file: Uint8Array, { input, output }: Interface): Uint8Array {
  const model = ModelProto.decode(file);
  const { graph } = model;
  const irVersion = Number(model.irVersion);
  if (!graph) throw new Error('the file has no graph');
  if (irVersion > irVersionMax) {
    throw new Error(`the file has the format of IR version ${irVersion}; ${irVersionMax} is the newest that is read`);
  }
  const constants = new Set(graph.initializer?.map(({ name }) => name));
  const [given, ...otherInputs] = (graph.input ?? []).filter(({ name }) => !constants.has(name));
  const [result, ...otherOutputs] = graph.output ?? [];
  if (given === undefined || otherInputs.length > 0 || result === undefined || otherOutputs.length > 0) {
    throw new Error('the model has not just one input and one output');
  }
  const names = new Map([
    [given.name, input.name],
    [result.name, output.name],
  ]);
  const nodes = graph.node ?? [];
  for (const value of [...constants, ...nodes.flatMap((node) => node.output ?? [])]) {
    if (!names.has(value) && (value === input.name || value === output.name)) {
      throw new Error(`the model uses the name ${value} for something else`);
    }
  }
  const renamed = (value: string): string => names.get(value) ?? value;
  for (const node of nodes) {
    node.input = node.input?.map(renamed) ?? [];
    node.output = node.output?.map(renamed) ?? [];
  }
  graph.input = [withBatch(given, input)];
  graph.output = [withBatch(result, output)];
  // Shapes on the way, which may tell of a batch of 1.
  graph.valueInfo = [];
  model.irVersion = Math.max(irVersion, irVersionMin);
  return ModelProto.encode(model).finish();
}

function withBatch(value: onnx.IValueInfoProto, { name, shape }: TensorSpec): onnx.IValueInfoProto {
  const tensor = value.type?.tensorType;
  const [, ...sizes] = tensor?.shape?.dim?.map(({ dimValue }) => Number(dimValue)) ?? [];
  const [, ...expected] = shape;
  if (tensor?.elemType !== TensorProto.DataType.FLOAT || shapeText(sizes) !== shapeText(expected)) {
    throw new Error(`${value.name} is not FP32 ${shapeText(shape)}`);
  }
  const dim = [{ dimParam: 'batch' }, ...sizes.map((size) => ({ dimValue: size }))];
  return { name, type: { tensorType: { elemType: tensor.elemType, shape: { dim } } } };
}
