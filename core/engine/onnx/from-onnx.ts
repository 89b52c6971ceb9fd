import type { Tensor as OnnxTensor } from 'onnxruntime-node';
import { datatypes } from '../../tensor/datatype.ts';
import type { Tensor, TensorData } from '../../tensor/tensor.ts';
import { elementType } from './element-type.ts';

const datatypeOf = new Map<string, Tensor['datatype']>(datatypes.map((datatype) => [elementType[datatype], datatype]));

/** Takes a result from ONNX Runtime without copying its elements. */
export function fromOnnx(name: string, { type, dims, data }: OnnxTensor): Tensor {
  const datatype = datatypeOf.get(type);
  if (datatype === undefined) throw new Error(`output ${name} has the type ${type}, which no protocol carries`);
  return { name, datatype, shape: dims, data: datatype === 'FP16' ? bits(data) : (data as TensorData) };
}

/** FP16 comes as Float16Array where the JavaScript runtime has that class, and as bits where it has not. */
function bits(data: OnnxTensor['data']): Uint16Array {
  if (data instanceof Uint16Array) return data;
  const { buffer, byteOffset, length } = data as unknown as Uint16Array<ArrayBuffer>;
  return new Uint16Array(buffer, byteOffset, length);
}
