import { endianness } from 'node:os';
import onnxProto, { type onnx } from 'onnx-proto';
import { shapeText } from '../../core/tensor/shape-text.ts';
import { type AttributeValue, attribute } from './attribute.ts';

const { ModelProto, TensorProto } = onnxProto.onnx;

/** The newest operator set that the whole catalogue uses: every ONNX Runtime since 1.12 and Triton since 22.06 runs it. */
const operatorSet = 17;
/** The file format that came with that operator set. */
const irVersion = 8;

/** A graph's input or output. The first dimension is the batch, of any size. */
export interface BatchedTensor {
  readonly name: string;
  /** Without the batch. */
  readonly shape: readonly number[];
}

/** What `OnnxGraph.node` takes beside the operator's name. */
export interface NodeParts {
  /** Names of values, in the operator's order. */
  readonly inputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /** Of the node and of what it gives; other tools show it. Each name once in a graph. */
  readonly name: string;
}

/**
 * An ONNX model in the making: FP32 in, FP32 out, with a batch of any size. Nodes are given in the order in which they run. The same
 * calls make the same bytes on every machine.
 *
 * @see https://github.com/onnx/onnx/blob/main/docs/IR.md
 */
export class OnnxGraph {
  readonly #name: string;
  readonly #names = new Set<string>();
  readonly #inputs: BatchedTensor[] = [];
  readonly #outputs: { readonly tensor: BatchedTensor; readonly value: string }[] = [];
  readonly #nodes: { readonly op: string; readonly parts: NodeParts }[] = [];
  readonly #initializers: onnx.ITensorProto[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** @returns the input's name, to be used as a value */
  input(tensor: BatchedTensor): string {
    this.#claim(tensor.name);
    this.#inputs.push(tensor);
    return tensor.name;
  }

  /** Says that what a node gives is what the model gives. Its name in the file is then the output's. */
  output(tensor: BatchedTensor, value: string): void {
    if (!this.#nodes.some(({ parts }) => parts.name === value)) throw new Error(`no node gives ${value}`);
    this.#outputs.push({ tensor, value });
  }

  /**
   * A constant: weights, or an operator's argument.
   *
   * @param data FP32, or INT64 for shapes; as many elements as `dims` multiply to
   * @throws Error when there are more or fewer
   */
  initializer(name: string, dims: readonly number[], data: Float32Array | BigInt64Array): string {
    this.#claim(name);
    const expected = dims.reduce((product, size) => product * size, 1);
    if (data.length !== expected)
      throw new Error(`${name} has ${data.length} elements, its shape ${shapeText(dims)} ${expected}`);
    const dataType = data instanceof Float32Array ? TensorProto.DataType.FLOAT : TensorProto.DataType.INT64;
    // The file is little-endian, as are all processors that Node runs on but IBM's z.
    if (endianness() !== 'LE') throw new Error('models can be built on little-endian machines only');
    const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#initializers.push({ name, dims: [...dims], dataType, rawData });
    return name;
  }

  /** Adds an operator with one output. @returns the name of what it gives */
  node(op: string, parts: NodeParts): string {
    for (const input of parts.inputs) {
      if (!this.#names.has(input)) throw new Error(`${op} ${parts.name} takes ${input}, which nothing before it gives`);
    }
    this.#claim(parts.name);
    this.#nodes.push({ op, parts });
    return parts.name;
  }

  /** The model as a file. */
  encode(): Uint8Array {
    const outputNames = new Map(this.#outputs.map(({ tensor, value }) => [value, tensor.name]));
    const named = (value: string): string => outputNames.get(value) ?? value;
    return ModelProto.encode({
      irVersion,
      producerName: 'maas',
      opsetImport: [{ domain: '', version: operatorSet }],
      graph: {
        name: this.#name,
        node: this.#nodes.map(({ op, parts: { name, inputs, attributes = {} } }) => ({
          opType: op,
          name,
          input: inputs.map(named),
          output: [named(name)],
          attribute: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
        })),
        initializer: this.#initializers,
        input: this.#inputs.map(valueInfo),
        output: this.#outputs.map(({ tensor }) => valueInfo(tensor)),
      },
    }).finish();
  }

  #claim(name: string): void {
    if (this.#names.has(name)) throw new Error(`${name} is in the graph already`);
    this.#names.add(name);
  }
}

function valueInfo({ name, shape }: BatchedTensor): onnx.IValueInfoProto {
  const dim = [{ dimParam: 'batch' }, ...shape.map((size) => ({ dimValue: size }))];
  return { name, type: { tensorType: { elemType: TensorProto.DataType.FLOAT, shape: { dim } } } };
}
