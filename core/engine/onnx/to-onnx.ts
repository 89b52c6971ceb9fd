import { Tensor as OnnxTensor } from 'onnxruntime-node';
import type { Tensor } from '../../tensor/tensor.ts';
import { elementType } from './element-type.ts';

/** Hands a tensor to ONNX Runtime without copying its elements. */
export function toOnnx({ datatype, shape, data }: Tensor): OnnxTensor {
  const tensor = new OnnxTensor(elementType[datatype], data as OnnxTensor['data'], shape);
  // Where the JavaScript runtime has Float16Array, the constructor wraps the bits in one, which the native side of 1.30 takes for
  // empty (https://github.com/microsoft/onnxruntime/pull/32323). It reads the bits themselves well.
  if (datatype === 'FP16') Object.defineProperty(tensor, 'data', { value: data });
  return tensor;
}
