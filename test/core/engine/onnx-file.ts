import type { Datatype } from '../../../core/tensor/datatype.ts';

/** Writes small ONNX files by hand, field by field after onnx.proto3, so that tests need no Python and can also write broken ones. */

const elementTypes = {
  FP32: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  BYTES: 8,
  BOOL: 9,
  FP16: 10,
  FP64: 11,
  UINT32: 12,
  UINT64: 13,
} as const satisfies Readonly<Record<Datatype, number>>;

const varint = (value: number | bigint): Buffer => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
};

/** A varint field. */
export const number = (field: number, value: number | bigint): Buffer =>
  Buffer.concat([varint(field << 3), varint(value)]);

/** A string, bytes or message field. */
export const bytes = (field: number, ...values: (string | Uint8Array)[]): Buffer => {
  const value = Buffer.concat(values.map((each) => Buffer.from(each as Uint8Array)));
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
};

export interface Value {
  readonly name: string;
  readonly datatype: Datatype;
  /** A string is a dimension of any length. */
  readonly shape: readonly (number | string)[];
}

const valueInfo = ({ name, datatype, shape }: Value): Buffer => {
  const dims = shape.map((each) => bytes(1, typeof each === 'number' ? number(1, each) : bytes(2, each)));
  return Buffer.concat([bytes(1, name), bytes(2, bytes(1, number(1, elementTypes[datatype]), bytes(2, ...dims)))]);
};

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly domain?: string;
  readonly attributes?: readonly Buffer[];
}

const node = ({ op, inputs, outputs, domain, attributes = [] }: Node): Buffer =>
  Buffer.concat([
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, op),
    ...attributes.map((attribute) => bytes(5, attribute)),
    ...(domain === undefined ? [] : [bytes(7, domain)]),
  ]);

/** A TensorProto of raw bytes. */
export const tensorProto = (
  name: string,
  datatype: Datatype,
  shape: readonly number[],
  data: ArrayBufferView,
  ...more: Buffer[]
): Buffer =>
  Buffer.concat([
    ...shape.map((dimension) => number(1, dimension)),
    number(2, elementTypes[datatype]),
    bytes(8, name),
    bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ...more,
  ]);

export const intAttribute = (name: string, value: number | bigint): Buffer =>
  Buffer.concat([bytes(1, name), number(3, value), number(20, 2)]);
export const graphAttribute = (name: string, value: Buffer): Buffer =>
  Buffer.concat([bytes(1, name), bytes(6, value), number(20, 5)]);
export const tensorAttribute = (name: string, value: Buffer): Buffer =>
  Buffer.concat([bytes(1, name), bytes(5, value), number(20, 4)]);

export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly nodes: readonly Node[];
  readonly initializers?: readonly Buffer[];
}

export const graph = ({ inputs, outputs, nodes, initializers = [] }: Graph): Buffer =>
  Buffer.concat([
    ...nodes.map((each) => bytes(1, node(each))),
    bytes(2, 'test'),
    ...initializers.map((each) => bytes(5, each)),
    ...inputs.map((each) => bytes(11, valueInfo(each))),
    ...outputs.map((each) => bytes(12, valueInfo(each))),
  ]);

/** A whole model file. */
export const onnxFile = (content: Graph, domains: readonly string[] = ['']): Buffer =>
  Buffer.concat([
    number(1, 8),
    ...domains.map((domain) => bytes(8, bytes(1, domain), number(2, domain === '' ? 17 : 1))),
    bytes(7, graph(content)),
  ]);

/** A model that gives each of its inputs back under another name. */
export const identityModel = (values: readonly Value[]): Buffer =>
  onnxFile({
    inputs: values,
    outputs: values.map((value) => ({ ...value, name: `${value.name}_out` })),
    nodes: values.map(({ name }) => ({ op: 'Identity', inputs: [name], outputs: [`${name}_out`] })),
  });

/** y = 2x of rows of one number. */
export const doublingModel = (): Buffer =>
  onnxFile({
    inputs: [{ name: 'x', datatype: 'FP32', shape: ['rows', 1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: ['rows', 1] }],
    nodes: [{ op: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
  });
