import { Tensor as OnnxTensor } from 'onnxruntime-node';
import type { Tensor } from '../../tensor/tensor.ts';
import { elementType } from './element-type.ts';

/** Hands a tensor to ONNX Runtime without copying its elements. FP16 bits are taken as they are, whatever class the runtime has for them. */
export const toOnnx = ({ datatype, shape, data }: Tensor): OnnxTensor =>
  new OnnxTensor(elementType[datatype], data as OnnxTensor['data'], shape);
