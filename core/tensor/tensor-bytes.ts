import type { Tensor } from './tensor.ts';
import { tensorToBinary } from './to-binary.ts';

/** The tensor in its binary form: the very bytes that it came in, else made of its elements. */
export const tensorBytes = (tensor: Tensor): Uint8Array => tensor.bytes ?? tensorToBinary(tensor.data);
