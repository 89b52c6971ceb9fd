import onnxProto, { type onnx } from 'onnx-proto';

const { AttributeType } = onnxProto.onnx.AttributeProto;

/** A whole number, a fraction, text, or a list of whole numbers. */
export type AttributeValue = { readonly int: number } | { readonly float: number } | string | readonly number[];

/** An operator's attribute. Numbers say which kind they are: JavaScript does not know 1 from 1.0, ONNX does. */
export function attribute(name: string, value: AttributeValue): onnx.IAttributeProto {
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: Buffer.from(value) };
  if ('int' in value) return { name, type: AttributeType.INT, i: value.int };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INTS, ints: [...value] };
}
